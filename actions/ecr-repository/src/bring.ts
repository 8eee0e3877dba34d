import {
  createRepository,
  type Ecr,
  type EcrSettings,
  Failure,
  type Job,
  type Repository,
} from '@container-actions/core'
import { change } from './change.ts'
import { details, phrase } from './difference-text.ts'
import type { Inputs } from './inputs.ts'
import { placeOf } from './place.ts'
import { type DeclaredFor, type Plan, unchangeable } from './plan.ts'
import { refusal } from './refusal.ts'
import {
  actualSettings,
  creationSettings,
  type Difference,
  differences,
  lateSettings,
  type SettingName,
  type SomeSettings,
} from './settings.ts'

/** What a step did to one repository, and the repository as it is now. */
export interface Brought {
  readonly repository: Repository
  readonly created: boolean
  readonly changed: readonly SettingName[]
}

export interface BringPorts {
  readonly ecr: Pick<Ecr, 'find' | 'create'>
  readonly settings: EcrSettings
}

type Choices = Pick<Inputs, 'mode' | 'forcePolicy'>

async function changeAll(
  todo: readonly Difference[],
  repository: Repository,
  settings: EcrSettings,
  { forcePolicy }: Choices,
  job: Job,
): Promise<Omit<Brought, 'created'>> {
  let now = repository
  for (const difference of todo) {
    const { setting } = difference
    job.runner.info(`${repository.name}: ${phrase(difference)}; setting it`)
    for (const line of details(difference)) job.runner.info(`  ${line}`)
    try {
      now = await change(difference, now, settings, { force: forcePolicy })
    } catch (error) {
      throw refusal(error, repository.name, setting)
    }
    job.changed(`set ${setting} of ${repository.name}`)
  }
  return { repository: now, changed: todo.map(({ setting }) => setting) }
}

/**
 * What another job, which created the repository a moment ago, has left to do. Policies come after the creation, so
 * that job may have been ended in between; everything else is that job's, unless this step is to reconcile it.
 */
async function leftover(
  declared: SomeSettings,
  repository: Repository,
  settings: EcrSettings,
  { mode }: Choices,
): Promise<readonly Difference[]> {
  const wanted = mode === 'reconcile' ? declared : lateSettings(declared)
  const all = differences(wanted, await actualSettings(wanted, repository, settings))
  const encryption = all.find(({ setting }) => setting === 'encryption')
  if (encryption !== undefined) throw unchangeable(repository.name, encryption)
  return mode === 'reconcile' ? all : all.filter(({ actual }) => actual === undefined)
}

const explained = <T>(name: string, work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    throw refusal(error, name)
  })

/** A repository that this step created and could not finish stays as it is in `ensure`. */
function unfinished(error: unknown, name: string, { mode }: Choices): unknown {
  if (!(error instanceof Failure) || mode === 'reconcile') return error
  return new Failure(
    `${error.message} Repository '${name}' exists now without it: then run this step once with 'mode: reconcile'.`,
    { cause: error.cause },
  )
}

async function create(
  name: string,
  declaredFor: DeclaredFor,
  { ecr, settings }: BringPorts,
  choices: Choices,
  job: Job,
): Promise<Brought> {
  // What is given at the creation does not depend on the place.
  const given = creationSettings(declaredFor({ partition: '', region: '', account: '' }))
  const { repository, created } = await explained(name, createRepository(ecr, name, given, job))
  job.runner.info(`${created ? 'Created' : 'Found, created by another job,'} ${repository.uri}`)
  const declared = declaredFor(placeOf(repository.arn))
  try {
    const todo = created
      ? differences(lateSettings(declared), {})
      : await explained(name, leftover(declared, repository, settings, choices))
    return { ...(await changeAll(todo, repository, settings, choices, job)), created }
  } catch (error) {
    throw created ? unfinished(error, name, choices) : error
  }
}

/** Brings one repository where the step wants it. */
export async function bring(
  plan: Plan,
  declaredFor: DeclaredFor,
  ports: BringPorts,
  choices: Choices,
  job: Job,
): Promise<Brought> {
  const { name, found } = plan
  if (found === undefined) return create(name, declaredFor, ports, choices, job)
  const todo = choices.mode === 'reconcile' ? plan.differences : []
  return { ...(await changeAll(todo, found, ports.settings, choices, job)), created: false }
}
