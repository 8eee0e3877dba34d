import { describe, expect, it } from 'vitest'
import { secretsOf } from './support/ecr-client.ts'
import { useEngine } from './support/engine-suite.ts'
import { killedAt, killMoments } from './support/kill-moment.ts'
import { usePush } from './support/push-suite.ts'
import { leaks } from './support/runner.ts'

const PUSH = { with: { repo: 'app', tags: '1', create_repo: true } }

describe('ecr-push is killed at any moment', () => {
  const engine = useEngine('bookworm')
  const { ecr, newJob } = usePush(engine)

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
      if (leaks(job, secretsOf(ecr(), job)).length > 0) loggedIn++
      const [post] = await job.post()
      expect(post).toMatchObject({ conclusion: 'success', annotations: [], files: { temp: [], home: [], tmp: [] } })
      expect(leaks(job, secretsOf(ecr(), job))).toEqual([])
    }
    expect(loggedIn).toBeGreaterThan(0)
  }, 300_000)
})
