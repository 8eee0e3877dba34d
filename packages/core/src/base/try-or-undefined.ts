/** The result of `work`, or `undefined` if it throws: for things that may be missing or inaccessible. */
export function tryOrUndefined<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
