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

/** The current state of one repository, and the declared settings that differ. */
export interface Plan {
  readonly name: string
  /** `undefined` if it does not exist. */
  readonly found: Repository | undefined
  /**
   * Empty for a missing repository. In `ensure` mode, only settings that the description of the repository includes.
   */
  readonly differences: readonly Difference[]
}

/** How many repositories are processed in parallel: a step must not use up the account's API quota. */
export const AT_ONCE = 4

/** Maximum number of repositories in one DescribeRepositories call. */
const DESCRIBED_AT_ONCE = 100

/** Resolves the declared settings for a location; presets depend on it. */
export type DeclaredFor = (location: RegistryLocation) => SomeSettings

async function findAll(names: readonly string[], ecr: Pick<Ecr, 'find' | 'findAll'>) {
  const together = names.length > 1 && names.length <= DESCRIBED_AT_ONCE ? await ecr.findAll(names) : undefined
  return async (name: string) => (together === undefined ? ecr.find(name) : together.get(name))
}

/** The failure for a different encryption than declared. */
export const unchangeable = (name: string, difference: Difference): Failure =>
  new Failure(
    `Repository '${name}': ${phrase(difference)}, and AWS cannot change that for an existing repository. Remove 'encryption' and 'kms_key' from the step, or delete the repository with its images and let the step recreate it.`,
  )

/** The reason why a repository cannot be brought to the declared state, if any. */
function blockerOf({ name, found, differences }: Plan, { mode, create }: Pick<Inputs, 'mode' | 'create'>) {
  if (found === undefined && mode !== 'check' && !create) return missingRepository(name, 'create')
  const encryption = differences.find(({ setting }) => setting === 'encryption')
  return encryption !== undefined && mode === 'reconcile' ? unchangeable(name, encryption) : undefined
}

const actualIn = (mode: Mode, declared: SomeSettings, found: Repository, settings: EcrSettings) =>
  mode === 'ensure' ? describedSettings(found) : actualSettings(declared, found, settings)

/** In `ensure` mode, settings that need a call of their own are not read, so nothing is known about them. */
function known(mode: Mode, declared: SomeSettings): SomeSettings {
  if (mode !== 'ensure') return declared
  const { lifecycle_policy, repository_policy, resource_tags, ...described } = declared
  return described
}

/** Reads every repository; nothing may be changed before all are known and none is blocked. */
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
