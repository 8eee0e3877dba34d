import { code, type Repository, table } from '@container-actions/core'
import { mutabilityOf, shownMutability } from './settings/mutability.ts'

/** A row of the summary. */
export interface Row {
  readonly name: string
  /** `undefined` if it does not exist. */
  readonly repository: Repository | undefined
  /** What happened to it, as text. */
  readonly what: string
}

/** The job summary: each repository, its current state, and what the step did. */
export const summaryTable = (rows: readonly Row[], region: string): string =>
  table(
    ['Repository', 'Region', 'Tags', 'Encryption', ''],
    rows.map(({ name, repository, what }) => [
      code(repository?.uri ?? name),
      code(region),
      repository === undefined ? '' : code(shownMutability(mutabilityOf(repository))),
      repository === undefined ? '' : code(repository.encryptionType),
      code(what),
    ]),
  )
