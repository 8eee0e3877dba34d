import { basename } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { HANDLERS } from '../../../packages/ecr-local/src/registry/handlers.ts'
import { createJob, leaks, type Step } from '../../../packages/runner-harness/src/index.ts'

type Given = Readonly<Record<string, string | boolean>>

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'p', Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: ['ecr:BatchGetImage'] }],
})

describe.each(['bookworm', 'sid'] as const)('dry_run of ecr-push on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal
  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  async function run(given: Given) {
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment, SOURCE_DATE_EPOCH: '0' },
      ref: 'refs/heads/master',
      sha: SHA,
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app', 'repo-policy.json': POLICY },
    })
    const before = ecr.calls.length
    const step = await job.run('ecr-push', { with: { repo: 'app', ...given } })
    expect(leaks(job, [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...step.masks])).toEqual([])
    return { step, calls: ecr.calls.slice(before) }
  }
  type Done = Awaited<ReturnType<typeof run>>

  async function succeeds(given: Given): Promise<Done> {
    const done = await run(given)
    expect(done.step.conclusion, done.step.log).toBe('success')
    return done
  }

  /** The permissions that a call needs; the end of an upload may bring a part of the layer, or all of it. */
  const permissionsFor = (operation: string): string[] =>
    operation === 'PUT upload'
      ? ['UploadLayerPart', 'CompleteLayerUpload']
      : [HANDLERS[operation]?.operation ?? operation]

  /** The permissions that calls need, each with its repository; the base of the registry takes a login alone. */
  const permissionsOf = ({ calls }: Done): string[] => {
    const needed = calls
      .filter(({ service, operation }) => service !== 'sts' && operation !== 'GET base')
      .flatMap(({ operation, repository = 'app' }) =>
        permissionsFor(operation).map((permission) =>
          permission === 'GetAuthorizationToken'
            ? `ecr:${permission} *`
            : `ecr:${permission} ${ecr.account}:${repository}`,
        ),
      )
    return [...new Set(needed)].sort()
  }

  /** What the policy in the log allows, in the same form. */
  function allowedBy(step: Step): string[] {
    const lines = step.log.split('\n')
    const start = lines.indexOf('{')
    const policy = JSON.parse(lines.slice(start, lines.indexOf('}', start) + 1).join('\n'))
    const place = `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/`
    const allowed = policy.Statement.flatMap(({ Action, Resource }: { Action: string[]; Resource: string }) =>
      Action.map((action) => `${action} ${Resource.replace(place, `${ecr.account}:`)}`),
    )
    return allowed.sort()
  }

  /** The docker commands, as the log of a dry run has them. */
  const plannedCommands = (step: Step): string[][] =>
    step.log.split('\n').flatMap((line) => (line.startsWith('["') ? [JSON.parse(line)] : []))

  const plannedWrites = (step: Step): string[] =>
    step.log.split('\n').flatMap((line) => /^ecr:(\w+) app(?: |$)/.exec(line)?.[1] ?? [])

  const writesOf = ({ calls }: Done): string[] =>
    calls
      .filter(({ service, operation }) => service === 'ecr' && /^(Put|Create|Set)/.test(operation))
      .map(({ operation }) => operation)

  /** Without the folders and the name of the step's own, which have another name each time. */
  const buildsAndPushes = (commands: readonly (readonly string[])[]) =>
    commands
      .filter(
        ([program = '', ...words]) =>
          basename(program) === 'docker' && words.some((word) => /^(build|push)$/.test(word)),
      )
      .map((argv) => argv.slice(1).map((word) => word.replace(/^.*\/docker-build-[^/]+|(?<=^ecr-push-)[0-9a-f]+/, '…')))

  it.each<[string, Given]>([
    ['settings', { tags: '1', create_repo: true, set_repo_policy: true, image_scanning_configuration: true }],
    ['latest', { create_repo: true }],
    ['options', { tags: '1,2,3', create_repo: true, build_args: 'A=$(id)\nB="x y"', labels: 'a=`b`', target: '' }],
  ])('shows what the step then does, and the very policy that it needs: %s', async (_name, given) => {
    const dry = await succeeds({ ...given, dry_run: true })
    expect(writesOf(dry)).toEqual([])
    expect(dry.calls.filter(({ service }) => service === 'registry')).toEqual([])
    expect(buildsAndPushes(dry.step.argv)).toEqual([])
    expect(dry.step.outputs).toMatchObject({ pushed: 'false', digest: '', reason: "'dry_run' is true" })
    const wet = await succeeds(given)
    expect(wet.step.outputs).toMatchObject({ pushed: 'true', image: dry.step.outputs['image'] })
    expect(plannedWrites(dry.step)).toEqual(writesOf(wet))
    expect(buildsAndPushes(plannedCommands(dry.step))).toEqual(buildsAndPushes(wet.step.argv))
    // What a first `latest` does not need: there is no image behind it yet.
    const unused = wet.step.outputs['tags']?.includes('latest') ? [`ecr:GetDownloadUrlForLayer ${ecr.account}:app`] : []
    expect(allowedBy(dry.step)).toEqual([...permissionsOf(wet), ...unused].sort())
    for (const line of ['"Version": "2012-10-17"', 'ecr:CreateRepository app']) expect(dry.step.summary).toContain(line)
  })

  // What does not depend on Docker's version.
  if (kind === 'sid') return

  it('shows that nothing is left to do for an image that is there', async () => {
    await succeeds({ create_repo: true })
    const dry = await succeeds({ skip_if_exists: 'tag', dry_run: true })
    expect([plannedWrites(dry.step), plannedCommands(dry.step)]).toEqual([[], []])
    expect(dry.step.summary).toContain('Nothing: everything is already as requested.')
    const other = await succeeds({ skip_if_exists: 'tag', tags: `${SHA},stable`, dry_run: true })
    expect(plannedWrites(other.step)).toEqual(['PutImage'])
  })

  it('shows the policy also to who has none of it yet', async () => {
    ecr.addFault({ operation: '*', service: 'ecr', error: 'AccessDeniedException' })
    const { step } = await run({ tags: '1', create_repo: true, dry_run: true })
    expect(step.conclusion, step.log).toBe('success')
    expect(allowedBy(step)).toContain(`ecr:CreateRepository ${ecr.account}:app`)
    expect(step.annotations.map(({ level }) => level)).toContain('notice')
  })

  it('fails where the step would, behind the policy', async () => {
    const { step } = await run({ tags: '1', dry_run: true })
    expect(step.conclusion).toBe('failure')
    expect(allowedBy(step)).not.toEqual([])
    expect(step.annotations).toMatchObject([{ level: 'error', message: /^There is no ECR repository 'app'/ }])
  })
})
