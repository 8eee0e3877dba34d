/**
 * Levenshtein distance: the minimum number of insertions, deletions and replacements of characters between two words.
 */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** The candidate that `name` was probably meant to be; `-`, `_` and case make no difference. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    const found = distance(plain(name), plain(candidate))
    if (
      found <= Math.max(1, Math.floor(plain(name).length / 3)) &&
      found < (best?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      best = { candidate, distance: found }
    }
  }
  return best?.candidate
}
