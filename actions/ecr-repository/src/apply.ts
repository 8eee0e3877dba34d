import { setTimeout as delay } from 'node:timers/promises'
import {
  backoff,
  createRepository,
  type Ecr,
  type EcrSettings,
  Failure,
  type Job,
  locationOf,
  type Repository,
  writeSetting,
} from '@container-actions/core'
import type { Inputs } from './inputs.ts'
import { type DeclaredFor, type Plan, unchangeable } from './plan.ts'
import { refusal } from './refusal.ts'
import { change } from './settings/change.ts'
import { details, phrase } from './settings/difference-text.ts'
import {
  actualSettings,
  creationSettings,
  type Difference,
  differences,
  lateSettings,
  type SettingName,
  type SomeSettings,
} from './settings/settings.ts'

/** The result for one repository: what the step did, and the repository as it is now. */
export interface Applied {
  /** `undefined` if it could not be created. */
  readonly repository: Repository | undefined
  readonly created: boolean
  readonly changed: readonly SettingName[]
  /** The error that stopped the work; `undefined` if everything was done. */
  readonly error?: unknown
}

export interface ApplyPorts {
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
): Promise<Omit<Applied, 'created'>> {
  const changed: SettingName[] = []
  let now = repository
  for (const difference of todo) {
    const { setting } = difference
    job.runner.info(`${repository.name}: ${phrase(difference)}; setting it`)
    for (const line of details(difference)) job.runner.info(`  ${line}`)
    try {
      const set = () => change(difference, now, settings, { force: forcePolicy })
      now = await writeSetting(`${setting} of ${repository.name} was set`, set, job)
    } catch (error) {
      return { repository: now, changed, error: refusal(error, repository.name, setting) }
    }
    changed.push(setting)
    job.changed(`set ${setting} of ${repository.name}`)
  }
  return { repository: now, changed }
}

/**
 * How often to check whether the job that created a repository has set the policies, and the base of the increasing
 * delay before each check, in milliseconds.
 */
const LOOKS = 4
const PAUSE = 500

/**
 * Completes what another job, which has just created the repository, left undone. Policies are set after the creation,
 * and that job may have been stopped in between; all other settings belong to that job, unless this step reconciles
 * them.
 */
async function leftover(
  declared: SomeSettings,
  repository: Repository,
  settings: EcrSettings,
  { mode }: Choices,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  const wanted = mode === 'reconcile' ? declared : lateSettings(declared)
  const look = async () => differences(wanted, await actualSettings(wanted, repository, settings))
  const lacking = (all: readonly Difference[]) => all.filter(({ actual }) => actual === undefined)
  let all = await look()
  for (let again = 0; again < LOOKS && lacking(all).length > 0; again++) {
    await delay(backoff(again, { first: PAUSE }), undefined, { signal })
    all = await look()
  }
  const encryption = all.find(({ setting }) => setting === 'encryption')
  if (encryption !== undefined) throw unchangeable(repository.name, encryption)
  return mode === 'reconcile' ? all : lacking(all)
}

/** In `ensure` mode, a repository that this step created but could not complete would stay incomplete. */
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
  { ecr, settings }: ApplyPorts,
  choices: Choices,
  job: Job,
): Promise<Applied> {
  // Settings for the creation do not depend on the location.
  const given = creationSettings(declaredFor({ partition: '', region: '', account: '' }))
  const { repository, created } = await createRepository(ecr, name, given, job)
  job.runner.info(`${created ? 'Created' : 'Found, created by another job,'} ${repository.uri}`)
  const declared = declaredFor(locationOf(repository.arn))
  const todo = created
    ? differences(lateSettings(declared), {})
    : await leftover(declared, repository, settings, choices, job.signal)
  const brought = { ...(await changeAll(todo, repository, settings, choices, job)), created }
  return created && brought.error !== undefined
    ? { ...brought, error: unfinished(brought.error, name, choices) }
    : brought
}

/** A result for work that failed before it changed anything. */
export const failed = (error: unknown, repository?: Repository): Applied => ({
  repository,
  created: false,
  changed: [],
  error,
})

/** Brings one repository to the declared state, as far as possible. */
export async function apply(
  plan: Plan,
  declaredFor: DeclaredFor,
  ports: ApplyPorts,
  choices: Choices,
  job: Job,
): Promise<Applied> {
  const { name, found } = plan
  try {
    if (found === undefined) return await create(name, declaredFor, ports, choices, job)
    const todo = choices.mode === 'reconcile' ? plan.differences : []
    return { ...(await changeAll(todo, found, ports.settings, choices, job)), created: false }
  } catch (error) {
    return failed(refusal(error, name), found)
  }
}
