import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOT_REPRODUCIBLE } from '../../../../actions/ecr-push/src/content/reproducible.ts'
import { RUN_ID_LABEL } from '../../../../actions/ecr-push/src/tags/image-labels.ts'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../../packages/runner-harness/src/index.ts'
import { authorizationOf, digestOf } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { imageConfig } from '../../../support/image-config.ts'
import { errorOf } from '../support/ecr-push-case.ts'

const DOCKERFILE = `FROM scratch AS one
ARG WHO=nobody
LABEL who=$WHO stage=one
COPY app /app
FROM one AS two
LABEL stage=two
`

describe.each(['bookworm', 'sid'] as const)('the build of ecr-push on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  const push = async (
    given: Record<string, string | boolean>,
    files: Record<string, string> = {},
    own: Record<string, string> = {},
  ) => {
    const machine = { ...engine().env, ...ecr.environment, ...own }
    await using job = await createJob({ machine, workspace: { Dockerfile: DOCKERFILE, app: 'an app', ...files } })
    return await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1', ...given } })
  }

  it('takes arguments, labels and a stage as they are', async () => {
    const who = `a, "b" $(id); --privileged`
    const given = { build_args: `WHO=${who}`, labels: 'x.y=1,2\nspaced=a b', target: 'one', pull: true, no_cache: true }
    const step = await push(given)
    expect(step.conclusion, step.log).toBe('success')
    const { config } = await imageConfig(ecr, 'app', '1')
    expect(config.Labels).toMatchObject({ who, stage: 'one', 'x.y': '1,2', spaced: 'a b' })
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.version': '1',
      [RUN_ID_LABEL]: expect.stringMatching(/^\d+$/),
    })
  })

  it('leaves the labels of the Dockerfile alone without automatic ones', async () => {
    const step = await push({ auto_labels: false, labels: 'x=y' }, {}, { SOURCE_DATE_EPOCH: '1700000000' })
    expect(step.conclusion, step.log).toBe('success')
    const { config } = await imageConfig(ecr, 'app', '1')
    expect(config.Labels).toEqual({ who: 'nobody', stage: 'two', x: 'y' })
    const notices = step.annotations.map(({ message }) => message)
    expect(notices).toEqual(kind === 'sid' ? [] : [NOT_REPRODUCIBLE])
  })

  it('makes one manifest without attestations for Lambda', async () => {
    const step = await push({ compat: 'lambda' })
    expect(step.conclusion, step.log).toBe('success')
    const response = await fetch(`http://${ecr.registry}/v2/app/manifests/1`, {
      headers: { authorization: `Basic ${await authorizationOf(ecr)}`, accept: '*/*' },
    })
    expect(response.headers.get('content-type')).toMatch(/manifest\.v[12]\+json$/)
    expect((await imageConfig(ecr, 'app', '1')).config.Labels).toMatchObject({ stage: 'two' })
  })

  // Nothing but buildx makes an index, and checks.
  if (kind === 'sid') {
    it('shows the warnings of checks at the lines of a Dockerfile, whatever its name is', async () => {
      const name = 'docker/a,b:c%0A::error::d'
      const step = await push({ dockerfile: name }, { [name]: DOCKERFILE.replace('AS two', 'as two') })
      expect(step.conclusion, step.log).toBe('success')
      expect(step.annotations).toEqual([
        {
          ...{ level: 'warning', file: name, line: '5' },
          message: "FromAsCasing: 'as' and 'FROM' keywords' casing do not match",
        },
      ])
    })

    it('moves no further tag to an index, which Lambda does not take', async () => {
      const before = await push({ tags: 'latest' })
      const index = await push({ extra_build_args: '--provenance=mode=min --label=a=b' })
      expect([before.conclusion, index.conclusion], index.log).toEqual(['success', 'success'])
      const step = await push({ tags: '1,2,latest', compat: 'lambda', skip_if_exists: 'tag' })
      expect(errorOf(step)).toMatch(
        /^Input 'compat' is 'lambda', but app@sha256:\w+ is an image index \(\S+index\S+\), .* without attestations\.$/,
      )
      expect(await digestOf(ecr, 'app', '2')).toBeUndefined()
      expect(await digestOf(ecr, 'app', 'latest')).toBe(before.outputs['digest'])
    })
  }
})
