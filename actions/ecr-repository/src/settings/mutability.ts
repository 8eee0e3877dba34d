import type { InputReader, Repository, TagMutability } from '@container-actions/core'
import { asSet } from '../policy/json.ts'

/** Whether tags may be moved to another image, and the exempt tags, with `*` as a wildcard. */
export interface Mutability {
  readonly mode: TagMutability
  readonly exclusions: readonly string[]
}

const MODES = ['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'] as const

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html */
const FILTER = /^[0-9a-zA-Z._*-]{1,128}$/
const MAX_FILTERS = 5
const MAX_WILDCARDS = 2

function readFilters(input: InputReader): string[] {
  const filters = [...new Set(input.list('immutable_except'))]
  for (const filter of filters) {
    if (FILTER.test(filter) && filter.split('*').length <= MAX_WILDCARDS + 1) continue
    input.reject(
      `Input 'immutable_except' has ${JSON.stringify(filter)}; each of its tags has at most 128 letters, digits, . _ - and at most ${MAX_WILDCARDS} wildcards *.`,
    )
  }
  if (filters.length > MAX_FILTERS) {
    input.reject(
      `Input 'immutable_except' has ${filters.length} tags; ECR takes at most ${MAX_FILTERS}. Use wildcards.`,
    )
  }
  return filters
}

/** Reads `image_tag_mutability` and `immutable_except`; `undefined` if neither is declared. */
export function readMutability(input: InputReader): Mutability | undefined {
  const exclusions = readFilters(input)
  const given = input.optional('image_tag_mutability')
  if (given === undefined) return exclusions.length === 0 ? undefined : { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions }
  const mode = input.oneOf('image_tag_mutability', MODES)
  if (mode.endsWith('_WITH_EXCLUSION') && exclusions.length === 0) {
    input.reject(
      `Input 'image_tag_mutability' is ${mode} without exclusions. Add 'immutable_except' with the tags that behave the other way, for example 'immutable_except: latest'.`,
    )
  }
  if (mode === 'MUTABLE' && exclusions.length > 0) {
    input.reject(
      "Input 'immutable_except' makes no sense with 'image_tag_mutability: MUTABLE', where every tag may move. Remove one of them.",
    )
  }
  return { mode: mode === 'IMMUTABLE' && exclusions.length > 0 ? 'IMMUTABLE_WITH_EXCLUSION' : mode, exclusions }
}

/** The mutability of a repository as ECR describes it. */
export const mutabilityOf = ({ tagMutability, exclusions }: Repository): Mutability => ({
  mode: tagMutability as TagMutability,
  exclusions,
})

export const sameMutability = (one: Mutability, other: Mutability): boolean =>
  one.mode === other.mode && asSet(one.exclusions).join() === asSet(other.exclusions).join()

/** Formats the mutability for display: `IMMUTABLE_WITH_EXCLUSION of latest, cache*`. */
export const shownMutability = ({ mode, exclusions }: Mutability): string =>
  exclusions.length === 0 ? mode : `${mode} of ${exclusions.join(', ')}`
