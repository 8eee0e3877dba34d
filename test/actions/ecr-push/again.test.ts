import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import type { Job } from '../../../packages/runner-harness/src/index.ts'
import { clientOf, digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { usePush } from '../../support/push/push-suite.ts'

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
/** An empty commit of a fixed time, and so of a fixed name. */
const COMMIT = '1158417353c3e0fa3a34a7c24a2543f156d2430b'

function commitNothing(cwd: string): void {
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.org']
  const date = '1700000000 +0000'
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  execFileSync('git', ['init', '--quiet'], { cwd })
  execFileSync('git', [...who, 'commit', '--quiet', '--allow-empty', '--message=x'], { cwd, env })
}

const PUSH = { repo: 'app', create_repo: true }

describe.each(['bookworm', 'sid'] as const)('ecr-push a second time on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  const { ecr, newJob: anyJob } = usePush(engine)
  const newJob = () => anyJob({ ref: 'refs/heads/master', sha: SHA })

  /** Runs the step, and tells which calls of AWS it made and what its error was. */
  async function push(job: Job, given: Record<string, string | boolean> = {}) {
    const before = ecr().calls.length
    const step = await job.run('ecr-push', { with: { ...PUSH, ...given } })
    const calls = ecr().calls.slice(before)
    const error = step.annotations.find(({ level }) => level === 'error')?.message
    return { step, error, calls, operations: calls.map(({ operation }) => operation) }
  }

  it('waits out throttling, of the push and of the API', async () => {
    await using job = await newJob()
    ecr().addFault({ service: 'registry', operation: 'PutImage', error: 'ThrottlingException', times: 1 })
    ecr().addFault({ service: 'ecr', operation: 'PutImage', error: 'ThrottlingException', times: 1 })
    const { step } = await push(job)
    expect(step.conclusion, step.log).toBe('success')
    expect(await digestOf(ecr(), 'app', 'latest')).toBe(await digestOf(ecr(), 'app', SHA))
  })

  it('gives up at once without retries, in one line', async () => {
    await using job = await newJob()
    ecr().addFault({ service: 'registry', operation: 'PutImage', error: 'ThrottlingException' })
    const { error } = await push(job, { push_retries: '0' })
    expect(error).toMatch(/^Pushing \S+ failed: .*Rate exceeded/)
  })

  it('logs in anew where the login ended during the build', async () => {
    await using job = await newJob()
    ecr().addFault({ service: 'registry', operation: 'PutImage', error: 'ExpiredTokenException', times: 1 })
    const { step, operations } = await push(job)
    expect(step.conclusion, step.log).toBe('success')
    expect(operations.filter((name) => name === 'GetAuthorizationToken')).toHaveLength(2)
  })

  it('tries nothing again that is denied', async () => {
    await using job = await newJob()
    ecr().addFault({ service: 'registry', operation: 'PutImage', error: 'AccessDeniedException' })
    const { step, error } = await push(job)
    expect(error).toMatch(/^Pushing \S+ failed: .*(?:AWS denies ecr:PutImage to|lacks one of)/)
    expect(step.log).not.toMatch(/Retrying \(1 of/)
  })

  it('runs no docker command for an image that is there, and at most four calls', async () => {
    await using job = await newJob()
    const first = await push(job)
    const second = await push(job, { skip_if_exists: 'tag' })
    expect(second.step.conclusion, second.step.log).toBe('success')
    expect(second.step.outputs).toMatchObject({
      digest: first.step.outputs['digest'],
      image: first.step.outputs['image'],
      tags: `${SHA},latest`,
      pushed: 'false',
      skipped: 'true',
      reason: `tag '${SHA}' already has an image`,
    })
    expect(second.step.argv.filter(([command = '']) => /docker/.test(command))).toEqual([])
    expect(second.calls.length).toBeLessThanOrEqual(4)
    expect(second.operations).not.toContain('PutImage')
  })

  it('builds what is not there, and moves the tags of what is', async () => {
    await using job = await newJob()
    const first = await push(job, { skip_if_exists: 'tag', tags: '1' })
    expect(first.step.outputs).toMatchObject({ pushed: 'true', skipped: 'false', reason: '' })
    await push(job, { skip_if_exists: 'tag', tags: '1,stable' })
    expect(await digestOf(ecr(), 'app', 'stable')).toBe(first.step.outputs['digest'])
  })

  it.each<[string, Record<string, unknown>]>([
    ['the event', { head_commit: { id: COMMIT, timestamp: '2026-11-20T10:00:00+01:00' } }],
    ['a checkout', {}],
  ])('makes the same image of the same commit, whose time is in %s', async (_, payload) => {
    await using job = await anyJob({ ref: 'refs/heads/master', sha: COMMIT, event: { name: 'push', payload } })
    if (!('head_commit' in payload)) commitNothing(job.folders.workspace)
    // A provenance has the time of the build.
    const given = { tags: '1', ...(kind === 'sid' && { provenance: 'false' }) }
    const [first, second] = [await push(job, given), await push(job, given)]
    expect(second.step.conclusion, second.step.log).toBe('success')
    expect(second.step.outputs['digest']).toBe(first.step.outputs['digest'])
  })

  it('sends the builder no file that it has from the last build', async () => {
    await using job = await newJob()
    writeFileSync(join(job.folders.workspace, 'app'), Buffer.alloc(3_000_000, 'app'))
    const sent = async (tags: string) => /transferring context: [\d.]+MB/.test((await push(job, { tags })).step.log)
    expect([await sent('1'), await sent('2')]).toEqual([true, false])
  })

  describe('in a repository whose tags cannot move', () => {
    beforeEach(async () => {
      await clientOf(ecr()).send(
        new CreateRepositoryCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }),
      )
    })

    it('leaves latest out, and fails before the build where a tag is taken', async () => {
      await using job = await newJob()
      const first = await push(job)
      expect(first.step.outputs).toMatchObject({ tags: SHA, pushed: 'true' })
      expect(first.step.annotations).toContainEqual(
        expect.objectContaining({ level: 'notice', message: expect.stringMatching(/^'latest' is left out/) }),
      )
      const second = await push(job)
      expect(second.error).toMatch(/^Tag '1f7c\w+' of app already has an image and cannot move/)
      expect(second.step.argv.some((argv) => argv.includes('build'))).toBe(false)
    })

    it('reuses the image that is there', async () => {
      await using job = await newJob()
      const first = await push(job, { tags: '1' })
      const second = await push(job, { tags: '1,2', immutable_conflict: 'reuse' })
      expect(second.step.conclusion, second.step.log).toBe('success')
      expect(await digestOf(ecr(), 'app', '2')).toBe(first.step.outputs['digest'])
    })

    it.each([
      ['the same content', { skip_if_exists: 'inputs' }, { skip_if_exists: 'inputs' }],
      ['another tag', {}, { retag_from: '1' }],
    ])('gives new tags to the image of %s', async (_, given, later) => {
      await using job = await newJob()
      const first = await push(job, { ...given, tags: '1' })
      const again = await push(job, { ...later, tags: '1,2,latest' })
      expect(again.step.conclusion, again.step.log).toBe('success')
      expect(again.step.outputs).toMatchObject({ digest: first.step.outputs['digest'], pushed: 'false' })
      expect(again.step.outputs['tags']).toMatch(/^1,2(,in-\w+)?$/)
      expect(again.operations.filter((operation) => operation === 'PutImage')).toHaveLength(1)
    })

    it('leaves a tag of another image to it', async () => {
      await using job = await newJob()
      await push(job, { tags: '1' })
      writeFileSync(join(job.folders.workspace, 'app'), 'another app')
      const other = await push(job, { tags: '2' })
      const refused = await push(job, { retag_from: '1', tags: '2,3' })
      expect(refused.error).toMatch(/^Tag '2' of app already has an image and cannot move/)
      expect(await digestOf(ecr(), 'app', '2')).toBe(other.step.outputs['digest'])
    })
  })
})
