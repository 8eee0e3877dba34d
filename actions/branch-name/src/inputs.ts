import type { InputReader } from '@container-actions/core'
import type { NameChanges } from './branch-outputs.ts'

const ON_TAG = ['tag', 'empty'] as const
const UNSAFE_NAMES = ['warn', 'fail', 'ignore'] as const

export interface Inputs extends NameChanges {
  readonly unsafeNames: (typeof UNSAFE_NAMES)[number]
  readonly hashLength: number
  readonly githubToken: string | undefined
}

export const readInputs = (input: InputReader): Inputs => ({
  stripTagPrefix: input.optional('strip_tag_prefix') ?? '',
  stripBranchPrefix: input.optional('strip_branch_prefix') ?? '',
  replaceSlashes: input.boolean('replace_slashes_with_hyphens'),
  currentBranchOnTag: input.oneOf('current_branch_on_tag', ON_TAG),
  unsafeNames: input.oneOf('unsafe_names', UNSAFE_NAMES),
  hashLength: input.integer('hash_length', { min: 0, max: 32 }),
  githubToken: input.optional('github_token'),
})
