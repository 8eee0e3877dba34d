import { setTimeout as delay } from 'node:timers/promises'
import type { Ecr, Repository } from './ecr.ts'
import { Failure } from './failure.ts'
import type { Job } from './job.ts'

/** How often to look for a repository that another job has just created, and the pause between, in milliseconds. */
const LOOKS = 5
const PAUSE = 200

/**
 * Finds the repository, or creates it where `create` allows; `input` is the name of the input that says so. Any number of jobs may do so at once: the one that comes
 * second takes what the first created. An existing repository is never changed.
 */
export async function ensureRepository(
  ecr: Pick<Ecr, 'find' | 'create'>,
  name: string,
  { create, input }: { create: boolean; input: string },
  job: Job,
): Promise<{ repository: Repository; created: boolean }> {
  const found = await ecr.find(name)
  if (found !== undefined) return { repository: found, created: false }
  if (!create) {
    throw new Failure(
      `There is no ECR repository '${name}' in this registry and region, and the step may not create it. Set '${input}: true', or create it before: aws ecr create-repository --repository-name ${name}`,
    )
  }
  const made = await ecr.create(name)
  if (made !== undefined) {
    job.changed(`created repository ${name}`)
    return { repository: made, created: true }
  }
  for (let look = 0; look < LOOKS; look++) {
    const raced = await ecr.find(name)
    if (raced !== undefined) return { repository: raced, created: false }
    await delay(PAUSE * Math.random(), undefined, { signal: job.signal })
  }
  throw new Failure(`ECR says that repository '${name}' exists and that it does not. Run the job again.`)
}
