import { afterEach, beforeEach } from 'vitest'
import type { PrivateEngine } from '../../../packages/docker-engine/src/index.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, type Job, type JobOptions } from '../../../packages/runner-harness/src/index.ts'
import { useRunnerUser } from '../runner-user.ts'

/** An image of one file. */
const WORKSPACE = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }

/** What the tests of a `describe` push with. */
interface PushSuite {
  /** The ECR of this test alone. */
  ecr(): EcrLocal
  /** A job on the engine, with the keys of that ECR and something to build. */
  newJob(options?: Partial<JobOptions>): Promise<Job>
}

/** In a `describe` after `useEngine`. The jobs of a test run as the user whom its tag means. */
export function usePush(engine: () => PrivateEngine): PushSuite {
  const user = useRunnerUser(engine)
  let server: EcrLocal | undefined
  beforeEach(async () => {
    server = await startEcrLocal()
  })
  afterEach(() => server?.close())
  const ecr = (): EcrLocal => {
    if (server === undefined) throw new Error('There is no ECR outside of the tests')
    return server
  }
  return {
    ecr,
    newJob: (options) =>
      createJob({ machine: { ...engine().env, ...ecr().environment }, workspace: WORKSPACE, ...user(), ...options }),
  }
}
