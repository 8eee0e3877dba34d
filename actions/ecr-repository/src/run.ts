import type { Job, RegistryLocation, Repository } from '@container-actions/core'
import type { Applied } from './apply.ts'
import { driftOf } from './drift.ts'
import type { Inputs } from './inputs.ts'
import type { Outputs } from './outputs.ts'
import type { DeclaredFor, Plan } from './plan.ts'
import type { Ports } from './ports.ts'
import type { Row } from './summary.ts'

/** One run for all repositories of the step. */
export interface Run {
  readonly inputs: Inputs
  readonly ports: Ports
  readonly job: Job
  readonly declaredFor: DeclaredFor
  readonly location: RegistryLocation
  readonly plans: readonly Plan[]
}

/** The outputs after the run; without `brought`, after a run that changed nothing. */
export function outputsOf({ location, plans }: Run, applied: readonly Applied[] = []): Outputs {
  const now = plans.map(({ found }, index) => applied[index]?.repository ?? found)
  const lines = (of: (repository: Repository) => string) => now.map((each) => (each ? of(each) : '')).join('\n')
  const first = now.find((each) => each !== undefined)
  return {
    repository_uri: lines(({ uri }) => uri),
    repository_arn: lines(({ arn }) => arn),
    repository_name: plans.map(({ name }) => name).join('\n'),
    registry: first?.registry ?? '',
    registry_id: first?.registryId ?? location.account.replace('*', ''),
    region: location.region,
    created: applied.some(({ created }) => created),
    changed: applied.some(({ created, changed }) => created || changed.length > 0),
    drift: JSON.stringify(driftOf(plans)),
    image_tag_mutability: lines(({ tagMutability }) => tagMutability),
    encryption_type: lines(({ encryptionType }) => encryptionType),
  }
}

/** A row of the summary. */
export const rowOf = ({ name, found }: Plan, what: string, repository = found): Row => ({ name, repository, what })

/** Repository names for the title of a phase. */
export const titleOf = (names: readonly string[]): string =>
  names.length === 1 ? String(names[0]) : `${names.length} repositories`
