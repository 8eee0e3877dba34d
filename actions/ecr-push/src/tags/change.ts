/** What became of one tag, as far as this step saw it. */
export interface TagChange {
  readonly tag: string
  /** `new`, `moved`, `kept` where it had the image already, `left` where it has another one or is left out. */
  readonly became: 'new' | 'moved' | 'kept' | 'left'
  /** What it had before. */
  readonly before: string | undefined
}

/**
 * Compares the tags with what they were.
 *
 * @param before digests by tag, from before the push
 * @param now the tags that have `digest`
 */
export function tagChanges(
  wanted: readonly string[],
  before: ReadonlyMap<string, string>,
  { digest, tags: now }: { digest: string; tags: readonly string[] },
): TagChange[] {
  return wanted.map((tag) => {
    const old = before.get(tag)
    if (!now.includes(tag)) return { tag, became: 'left', before: old }
    if (old === undefined) return { tag, became: 'new', before: old }
    return { tag, became: old === digest ? 'kept' : 'moved', before: old }
  })
}
