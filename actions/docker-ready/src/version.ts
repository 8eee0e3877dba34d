/** Whether `version` is at least `minimum`, compared numerically; `20.10.24+dfsg1` counts as 20.10.24. */
export function isAtLeast(version: string, minimum: string): boolean {
  const numbers = (text: string) => (/^v?(\d+(?:\.\d+)*)/.exec(text)?.[1] ?? '').split('.').map(Number)
  const [have, want] = [numbers(version), numbers(minimum)]
  for (const [index, number] of want.entries()) {
    const other = have[index] ?? 0
    if (other !== number) return other > number
  }
  return true
}
