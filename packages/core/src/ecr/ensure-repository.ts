import { setTimeout as delay } from 'node:timers/promises'
import { awsErrorName } from '../aws/error-name.ts'
import { isUnavailable } from '../aws/failure.ts'
import { backoff } from '../base/backoff.ts'
import { Failure, notKnown, sentence } from '../base/failure.ts'
import type { Job } from '../step/job.ts'
import type { CreationSettings, Ecr, Repository } from './ecr.ts'

/**
 * How often to check for a repository that another job has just created, and the base of the increasing delay between
 * checks, in milliseconds.
 */
const LOOKS = 5
const PAUSE = 100

/** A repository, and whether this step created it. */
export interface Ensured {
  readonly repository: Repository
  readonly created: boolean
}

/** The failure for a repository that is missing and may not be created; `input` is the input that would allow it. */
export const missingRepository = (name: string, input: string): Failure =>
  new Failure(
    `There is no ECR repository '${name}' in this registry and region, and the step may not create it. Set '${input}: true', or create it first: aws ecr create-repository --repository-name ${name}`,
  )

/**
 * Finds the repository, or creates it if `create` is set; `input` is the name of that input. Any number of jobs can do
 * so at the same time: later ones use what the first one created. An existing repository is never changed. `looked` is
 * a lookup that was started earlier.
 */
export async function ensureRepository(
  ecr: Pick<Ecr, 'find' | 'create'>,
  name: string,
  {
    create,
    input,
    settings = {},
    looked,
  }: { create: boolean; input: string; settings?: CreationSettings; looked?: Promise<Repository | undefined> },
  job: Job,
): Promise<Ensured> {
  const found = await (looked ?? ecr.find(name))
  if (found !== undefined) return { repository: found, created: false }
  if (!create) throw missingRepository(name, input)
  return createRepository(ecr, name, settings, job)
}

/** Creates a repository that was missing a moment ago, or uses the one that another job has created since. */
export async function createRepository(
  ecr: Pick<Ecr, 'find' | 'create'>,
  name: string,
  settings: CreationSettings,
  job: Job,
): Promise<Ensured> {
  const made = await job.changing(created(name), () => createOrTake(ecr, name, settings, job))
  if (made === undefined) return { repository: await appearing(ecr, name, job), created: false }
  if (made.created) job.changed(`created repository ${name}`)
  return made
}

const created = (name: string): string => `repository ${name} was created`

/** Errors after which ECR has created nothing; another job may have created it. */
const NOT_CREATED: ReadonlySet<unknown> = new Set(['AccessDeniedException', 'ThrottlingException'])

/** `undefined` if the repository exists by now. */
async function createOrTake(ecr: Pick<Ecr, 'find' | 'create'>, name: string, settings: CreationSettings, job: Job) {
  try {
    const repository = await ecr.create(name, settings)
    return repository && { repository, created: true }
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof Failure)) throw error
    // ECR checks the permission before it checks whether the repository exists.
    const refused = NOT_CREATED.has(awsErrorName(error))
    // A call without a response may have succeeded nevertheless.
    if (!refused && !isUnavailable(error.cause)) throw error
    const repository = await (refused ? ecr.find(name) : madeAfterAll(ecr, name, error))
    if (repository === undefined) throw error
    return { repository, created: !refused }
  }
}

/** The repository, if the call that `failed` has created it. */
async function madeAfterAll(ecr: Pick<Ecr, 'find'>, name: string, failed: Failure): Promise<Repository | undefined> {
  try {
    return await ecr.find(name)
  } catch {
    throw new Failure(`${sentence(failed.message)} ${notKnown(created(name))}`, { cause: failed.cause })
  }
}

async function appearing(ecr: Pick<Ecr, 'find'>, name: string, job: Job): Promise<Repository> {
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await delay(backoff(look, { first: PAUSE }), undefined, { signal: job.signal })
    const found = await ecr.find(name)
    if (found !== undefined) return found
  }
  throw new Failure(`ECR reports both that repository '${name}' exists and that it does not. Run the job again.`)
}
