/** What `work` returns, or `undefined` where it throws: for looking at what may not be there, or not be for us. */
export function tryOrUndefined<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
