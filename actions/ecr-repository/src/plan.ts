import {
  type Ecr,
  type EcrSettings,
  Failure,
  locationOf,
  missingRepository,
  type RegistryLocation,
  type Repository,
  settleAll,
} from '@container-actions/core'
import type { Inputs, Mode } from './inputs.ts'
import { oneError, refusal } from './refusal.ts'
import { phrase } from './settings/difference-text.ts'
import {
  actualSettings,
  type Difference,
  describedSettings,
  differences,
  type SomeSettings,
} from './settings/settings.ts'

/** One repository as it is, and what of the declared settings it does not have. */
export interface Plan {
  readonly name: string
  /** `undefined` where it is missing. */
  readonly found: Repository | undefined
  /** Without those of a missing repository. In `ensure` only what the description of the repository tells. */
  readonly differences: readonly Difference[]
}

/** So many repositories are worked on at the same time: a step is not to use up an account's quota of calls. */
export const AT_ONCE = 4

/** ECR describes so many repositories in one call. */
const DESCRIBED_AT_ONCE = 100

/** What can be declared of a repository depends, in presets, on where it is. */
export type DeclaredFor = (location: RegistryLocation) => SomeSettings

async function findAll(names: readonly string[], ecr: Pick<Ecr, 'find' | 'findAll'>) {
  const together = names.length > 1 && names.length <= DESCRIBED_AT_ONCE ? await ecr.findAll(names) : undefined
  return async (name: string) => (together === undefined ? ecr.find(name) : together.get(name))
}

/** The failure for an encryption that is not the declared one. */
export const unchangeable = (name: string, difference: Difference): Failure =>
  new Failure(
    `Repository '${name}': ${phrase(difference)}, and AWS cannot change that after the creation. Take 'encryption' and 'kms_key' out of the step, or delete the repository with its images and let the step create it again.`,
  )

/** What keeps a repository from becoming as declared, whatever is called. */
function blockerOf({ name, found, differences }: Plan, { mode, create }: Pick<Inputs, 'mode' | 'create'>) {
  if (found === undefined && mode !== 'check' && !create) return missingRepository(name, 'create')
  const encryption = differences.find(({ setting }) => setting === 'encryption')
  return encryption !== undefined && mode === 'reconcile' ? unchangeable(name, encryption) : undefined
}

const actualIn = (mode: Mode, declared: SomeSettings, found: Repository, settings: EcrSettings) =>
  mode === 'ensure' ? describedSettings(found) : actualSettings(declared, found, settings)

/** In `ensure`, a setting that takes a call of its own is not read, so that nothing is known of it. */
function known(mode: Mode, declared: SomeSettings): SomeSettings {
  if (mode !== 'ensure') return declared
  const { lifecycle_policy, repository_policy, resource_tags, ...described } = declared
  return described
}

/** Reads every repository; nothing is changed before all of them are known and none has an obstacle. */
export async function readPlans(
  { repos, mode, create }: Pick<Inputs, 'repos' | 'mode' | 'create'>,
  declaredFor: DeclaredFor,
  { ecr, settings }: { ecr: Pick<Ecr, 'find' | 'findAll'>; settings: EcrSettings },
): Promise<Plan[]> {
  const find = await findAll(repos, ecr)
  const results = await settleAll(repos, AT_ONCE, async (name): Promise<Plan> => {
    try {
      const found = await find(name)
      if (found === undefined) return { name, found, differences: [] }
      const declared = known(mode, declaredFor(locationOf(found.arn)))
      return { name, found, differences: differences(declared, await actualIn(mode, declared, found, settings)) }
    } catch (error) {
      throw refusal(error, name)
    }
  })
  const plans = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : (blockerOf(result.value, { mode, create }) ?? []),
  )
  if (errors.length > 0) throw oneError(errors)
  return plans
}
