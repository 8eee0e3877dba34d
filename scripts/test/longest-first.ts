import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/**
 * The slowest test files, slowest first; `npm test` prints the ten slowest of each run. They start first, so that none
 * of them runs alone at the end while the other workers are idle.
 */
export const LONGEST: readonly string[] = [
  'test/actions/ecr-push/inputs.test.ts',
  'test/actions/ecr-push/identity.test.ts',
  'test/actions/ecr-push/faults.test.ts',
  'test/release/reproduced.test.ts',
  'test/ecr-local/aws-cli.test.ts',
  'test/actions/ecr-errors.test.ts',
  'test/actions/ecr-push/ignore-rules.test.ts',
  'test/actions/docker-ready/race.test.ts',
  'test/actions/step-places.test.ts',
  'test/actions/ecr-login/jobs.test.ts',
  'test/actions/credentials-named.test.ts',
  'test/actions/ecr-push/again.test.ts',
]

/** Orders the files of a run by `LONGEST`; all others follow in vitest's order, by their last duration or size. */
export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications)
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`))
      return found === -1 ? LONGEST.length : found
    }
    return sorted.sort((a, b) => place(a) - place(b))
  }
}
