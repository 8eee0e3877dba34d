import { code, type Repository, table } from '@container-actions/core'
import { mutabilityOf, shownMutability } from './settings/mutability.ts'

/** One repository in the summary. */
export interface Row {
  readonly name: string
  /** `undefined` where there is none. */
  readonly repository: Repository | undefined
  /** What became of it, as text. */
  readonly what: string
}

/** The job summary: each repository, how it is now, and what the step did. */
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
