import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'

describe.each(['bookworm', 'sid'] as const)('latest after ecr-push on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  /** Runs the step in the run of this id, for a commit of its own. */
  async function push(run: number, given: Record<string, string | boolean> = {}, repository = 'octo-org/app') {
    const sha = String(run).padStart(40, '0')
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment },
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: `the app of ${sha}` },
      runId: String(run),
      repository,
      sha,
    })
    const before = ecr.calls.length
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, ...given } })
    expect(step.conclusion, step.log).toBe('success')
    const digest = step.outputs['digest'] ?? ''
    const notices = step.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message)
    const operations = ecr.calls.slice(before).map(({ operation }) => operation)
    return { sha, step, digest, notices, operations }
  }

  const latest = () => digestOf(ecr, 'app', 'latest')
  const left = (newer: number, run: number) =>
    expect.stringMatching(
      new RegExp(
        `^'latest' of app is not moved: sha256:\\w+ belongs to run ${newer}, which is newer than this run ${run}\\.`,
      ),
    )

  it('stays on the newer of two runs that finish in the wrong order', async () => {
    const newer = await push(12)
    const older = await push(9)
    expect(await latest()).toBe(newer.digest)
    expect(older.notices).toContainEqual(left(12, 9))
    expect(older.step.outputs).toMatchObject({
      tags: older.sha,
      images: `${ecr.registry}/app:${older.sha}`,
      image: `${ecr.registry}/app:${older.sha}`,
      pushed: 'true',
    })
    expect(await digestOf(ecr, 'app', older.sha)).toBe(older.digest)
    expect(older.step.summary).toMatch(/latest.*left at/)

    const again = await push(9, { skip_if_exists: 'tag' })
    expect(await latest()).toBe(newer.digest)
    expect(again.step.argv.filter(([command = '']) => /docker/.test(command))).toEqual([])
    expect(again.operations.length).toBeLessThanOrEqual(4)

    const insisting = await push(9, { latest: true, skip_if_exists: 'tag' })
    expect(insisting.step.outputs['tags']).toBe(`${older.sha},latest`)
    expect(await latest()).toBe(older.digest)
  })

  it('ends on the newest of runs at the same time', { timeout: 300_000 }, async () => {
    await push(1)
    // Each reads what is behind `latest` while others are about to move it.
    for (const operation of ['PutImage', 'BatchGetImage']) ecr.addFault({ operation, service: 'ecr', delayMs: 300 })
    const results = await Promise.all([7, 9, 5].map((run) => push(run)))
    expect(await latest()).toBe(results[1]?.digest)
    expect(results[1]?.step.outputs['tags']).toBe(`${results[1]?.sha},latest`)
  })

  // These do not depend on the engine.
  if (kind === 'sid') return

  it('moves on with each newer run, and with those of another repository', async () => {
    await push(9)
    const newer = await push(12)
    expect(await latest()).toBe(newer.digest)
    const other = await push(10, {}, 'octo-org/fork')
    expect(await latest()).toBe(other.digest)
    expect(other.notices).not.toContainEqual(left(12, 10))
  })

  it('moves with a notice where the labels may not be read', async () => {
    await push(12)
    ecr.addFault({ operation: 'GetDownloadUrlForLayer', error: 'AccessDeniedException' })
    const older = await push(9)
    expect(await latest()).toBe(older.digest)
    expect(older.notices).toContainEqual(
      expect.stringMatching(
        /^Moving 'latest' of app without checking which run is newer: .*ecr:GetDownloadUrlForLayer/,
      ),
    )
  })

  it('moves with a notice away from an image without the labels', async () => {
    await push(12, { auto_labels: false })
    const older = await push(9)
    expect(await latest()).toBe(older.digest)
    expect(older.notices).toContainEqual(
      expect.stringMatching(
        /^Moving 'latest' of app without checking which run is newer: sha256:\w+ has no labels that name its run\./,
      ),
    )
  })

  it('is not pushed at all by an older run that has no other tag', async () => {
    const newer = await push(12, { tags: 'latest' })
    const older = await push(9, { tags: 'latest' })
    expect(await latest()).toBe(newer.digest)
    expect(older.step.outputs).toMatchObject({
      digest: newer.digest,
      tags: 'latest',
      pushed: 'false',
      skipped: 'true',
      reason: "'latest' has the image of a newer run",
    })
  })
})
