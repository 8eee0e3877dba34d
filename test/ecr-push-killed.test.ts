import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../packages/ecr-local/src/index.ts'
import { secretsOf } from './support/ecr-client.ts'
import { useEngine } from './support/engine-suite.ts'
import { killedAt, killMoments } from './support/kill-moment.ts'
import { createJob, leaks } from './support/runner.ts'

const PUSH = { with: { repo: 'app', tags: '1', create_repo: true } }

describe('ecr-push is killed at any moment', () => {
  const engine = useEngine('bookworm')
  let ecr: EcrLocal

  beforeAll(async () => {
    ecr = await startEcrLocal()
  })
  afterAll(() => ecr.close())

  const newJob = () =>
    createJob({
      machine: { ...engine().env, ...ecr.environment },
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' },
    })

  /** How long a step takes that is left alone. */
  async function duration(): Promise<number> {
    await using job = await newJob()
    const step = await job.run('ecr-push', PUSH)
    expect(step.conclusion, step.log).toBe('success')
    return step.durationMs
  }

  it('the post step finds and removes everything', async () => {
    let loggedIn = 0
    for (const moment of killMoments(await duration(), { any: 10, writing: 6 })) {
      await using job = await newJob()
      await killedAt(moment, job, 'ecr-push', PUSH)
      if (leaks(job, secretsOf(ecr, job)).length > 0) loggedIn++
      const [post] = await job.post()
      expect(post).toMatchObject({ conclusion: 'success', annotations: [], files: { temp: [], home: [], tmp: [] } })
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    }
    expect(loggedIn).toBeGreaterThan(0)
  }, 300_000)
})
