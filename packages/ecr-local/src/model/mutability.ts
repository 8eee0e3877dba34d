import type { ExclusionFilter, TagMutability } from './repository.ts'

/** Whether a tag that exists may be moved to another image. Filters are wildcards, not regular expressions. */
export function mayMove(tag: string, mutability: TagMutability, filters: readonly ExclusionFilter[]): boolean {
  const excluded = filters.some(({ filter }) => matches(tag, filter))
  switch (mutability) {
    case 'MUTABLE':
      return true
    case 'IMMUTABLE':
      return false
    case 'IMMUTABLE_WITH_EXCLUSION':
      return excluded
    case 'MUTABLE_WITH_EXCLUSION':
      return !excluded
  }
}

/** `*` matches any number of characters; every other character matches itself. */
export function matches(text: string, wildcard: string): boolean {
  const [first = '', ...rest] = wildcard.split('*')
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let position = first.length
  for (const part of rest) {
    const found = text.indexOf(part, position)
    if (found < 0) return false
    position = found + part.length
  }
  return text.length - last.length >= position && text.endsWith(last)
}
