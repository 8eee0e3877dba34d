import { describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'

/** A matrix whose jobs come to the push all at once, and what ECR takes of an account in a region. */
const JOBS = 20
const PER_SECOND = 10

const NUMBERS = Array.from({ length: JOBS }, (_, index) => index + 1)

const throttled = () => startEcrLocal({ faults: [{ operation: 'PutImage', perSecond: PER_SECOND }] })

/** The containerd of this engine tries a throttled push again at once, five times, and gives up. */
describe('a crowd of jobs on the engine of sid', () => {
  const engine = useEngine('sid')

  async function crowd(
    ecr: EcrLocal,
    jobOf: (number: number) => { with?: Record<string, string>; runId?: string; sha?: string },
  ) {
    const steps = await Promise.all(
      NUMBERS.map(async (number) => {
        const { with: given = {}, ...run } = jobOf(number)
        await using job = await createJob({
          machine: { ...engine().env, ...ecr.environment },
          workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: `the app of job ${number}` },
          ...run,
        })
        return await job.run('ecr-push', { with: { repo: 'app', create_repo: true, ...given } })
      }),
    )
    for (const { conclusion, log } of steps) expect(conclusion, log).toBe('success')
    const digests = steps.map(({ outputs }) => outputs['digest'])
    expect(new Set(digests).size).toBe(JOBS)
    return digests
  }

  it(`pushes to one repository that takes ${PER_SECOND} images a second`, async () => {
    await using ecr = await throttled()
    const digests = await crowd(ecr, (number) => ({ with: { tags: `v${number},v${number}-x` } }))
    for (const [index, number] of NUMBERS.entries()) {
      for (const tag of [`v${number}`, `v${number}-x`]) expect(await digestOf(ecr, 'app', tag)).toBe(digests[index])
    }
    const created = ecr.calls.filter(({ operation, status }) => operation === 'CreateRepository' && status === 200)
    expect(created).toHaveLength(1)
  })

  it("of as many runs leaves 'latest' on the newest, whichever ends first", async () => {
    await using ecr = await throttled()
    const shaOf = (run: number) => String(run).padStart(40, '0')
    const digests = await crowd(ecr, (run) => ({ runId: String(run), sha: shaOf(run) }))
    for (const [index, run] of NUMBERS.entries()) expect(await digestOf(ecr, 'app', shaOf(run))).toBe(digests[index])
    expect(await digestOf(ecr, 'app', 'latest')).toBe(digests.at(-1))
  })
})
