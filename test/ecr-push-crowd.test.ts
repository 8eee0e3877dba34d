import { describe, expect, it } from 'vitest'
import { startEcrLocal } from '../packages/ecr-local/src/index.ts'
import { digestOf } from './support/ecr-client.ts'
import { useEngine } from './support/engine-suite.ts'
import { createJob } from './support/runner.ts'

/** A matrix whose jobs come to the push all at once, and what ECR takes of an account in a region. */
const JOBS = Array.from({ length: 20 }, (_, index) => String(index + 1))
const PER_SECOND = 10

/** The containerd of this engine tries a throttled push again at once, five times, and gives up. */
describe('a crowd of jobs on the engine of sid', () => {
  const engine = useEngine('sid')

  it(`pushes to one repository that takes ${PER_SECOND} images a second`, async () => {
    await using ecr = await startEcrLocal({ faults: [{ operation: 'PutImage', perSecond: PER_SECOND }] })
    const steps = await Promise.all(
      JOBS.map(async (number) => {
        await using job = await createJob({
          machine: { ...engine().env, ...ecr.environment },
          workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: `the app of job ${number}` },
        })
        return await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: `v${number},v${number}-x` } })
      }),
    )
    for (const { conclusion, log } of steps) expect(conclusion, log).toBe('success')
    const digests = steps.map(({ outputs }) => outputs['digest'])
    expect(new Set(digests).size).toBe(JOBS.length)
    for (const [index, number] of JOBS.entries()) {
      for (const tag of [`v${number}`, `v${number}-x`]) expect(await digestOf(ecr, 'app', tag)).toBe(digests[index])
    }
    const created = ecr.calls.filter(({ operation, status }) => operation === 'CreateRepository' && status === 200)
    expect(created).toHaveLength(1)
  })
})
