/** What happened to one tag, as far as this step saw it. */
export interface TagChange {
  readonly tag: string
  /** `new`, `moved`, `kept` if it already had the image, `left` if it has another one or was left out. */
  readonly became: 'new' | 'moved' | 'kept' | 'left'
  /** Its previous digest. */
  readonly before: string | undefined
}

/**
 * Compares the tags with their previous state.
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
