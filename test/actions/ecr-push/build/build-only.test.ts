import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docker } from '../../../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { createJob, leaks } from '../../../../packages/runner-harness/src/index.ts'
import { authorizationOf } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { useBuildkit, useRemoteBuilders } from '../../../support/buildkit.ts'

const WORKSPACE = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }

interface Manifest {
  readonly config?: { readonly size: number }
  readonly layers?: readonly { readonly size: number }[]
  readonly manifests?: readonly { readonly digest: string; readonly platform: { readonly os: string } }[]
}

describe.each(['bookworm', 'sid'] as const)('ecr-push without a push on the engine of %s', (kind) => {
  const engine = useEngine(kind)

  it('builds without credentials and without a word to AWS', async () => {
    const nobody = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_EC2_METADATA_DISABLED: 'true' }
    await using job = await createJob({ machine: { ...engine().env, ...nobody }, workspace: WORKSPACE })
    const inputs = { repo: 'team/app', region: 'eu-central-1', tags: 'latest,pr-7', push: false, create_repo: true }
    const step = await job.run('ecr-push', { with: inputs })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.outputs).toMatchObject({
      ...{ tag: '', tags: '', repository: 'team/app', pushed: 'false', skipped: 'false' },
      ...{ image: '', digest: '', image_digest_ref: '', registry: '', reason: "'push' is false" },
    })
    expect(await docker(engine(), 'image', 'ls', '--all', '--quiet')).toBe('')
    expect(step.summary).toContain('<code>team/app</code>: built, not pushed')
    const loaded = await job.run('ecr-push', { with: { ...inputs, load: true } })
    expect(loaded.outputs, loaded.log).toMatchObject({ tag: 'pr-7', tags: 'pr-7,latest' })
    for (const tag of ['pr-7', 'latest']) {
      const id = await docker(engine(), 'image', 'inspect', '--format', '{{.Id}}', `team/app:${tag}`)
      expect(id).toBe(loaded.outputs['imageid'])
    }
    await job.post()
    expect([step.leftovers, step.files.temp]).toEqual([[], []])
  })
})

describe('ecr-push with a builder outside of the engine', () => {
  const buildkit = useBuildkit('older')
  const engine = useEngine('sid')
  let ecr: EcrLocal
  useRemoteBuilders(engine, buildkit)
  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  const run = async (given: Record<string, string | boolean>) => {
    await using job = await createJob({ machine: { ...engine().env, ...ecr.environment }, workspace: WORKSPACE })
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, builder: 'far', ...given } })
    expect(step.conclusion, step.log).toBe('success')
    await job.post()
    expect(leaks(job, step.masks)).toEqual([])
    return step
  }

  it('has the image in the engine as well with load', async () => {
    const { outputs } = await run({ tags: 'loaded', load: true })
    const digests = await docker(
      engine(),
      'image',
      'inspect',
      '--format',
      '{{join .RepoDigests " "}}',
      outputs['image'] ?? '',
    )
    expect(digests).toContain(outputs['image_digest_ref'])
  })

  it('leaves it in the builder without load and push', async () => {
    const { outputs } = await run({ tags: 'cached', push: false })
    expect(outputs).toMatchObject({ pushed: 'false', imageid: '' })
    expect(await docker(engine(), 'image', 'ls', '--quiet', 'app:cached')).toBe('')
    expect(ecr.calls).toEqual([])
  })

  it('tells how large the image is in the registry', async () => {
    const { outputs } = await run({ tags: 'sized' })
    const read = async (digest = ''): Promise<Manifest> => {
      const headers = { authorization: `Basic ${await authorizationOf(ecr)}`, accept: '*/*' }
      return (await (await fetch(`http://${ecr.registry}/v2/app/manifests/${digest}`, { headers })).json()) as Manifest
    }
    const top = await read(outputs['digest'])
    const child = top.manifests?.find(({ platform }) => platform.os !== 'unknown')
    const { config, layers = [] } = child === undefined ? top : await read(child.digest)
    const sizes = [config?.size ?? 0, ...layers.map(({ size }) => size)]
    expect(outputs['size_bytes']).toBe(String(sizes.reduce((total, size) => total + size, 0)))
  })
})
