/** The numeric part of a version such as `v0.12.5-desktop.1`; `undefined` if there is none, or only zeros. */
export function plainVersion(text: string): string | undefined {
  const [version] = /\d+\.\d+(?:\.\d+)?/.exec(text) ?? []
  return version === undefined || /^[0.]+$/.test(version) ? undefined : version
}

/** Numbers separated by dots, or a single number; the digits of a commit hash are not a version. */
const numbersIn = (text: string): number[] =>
  (/\d+(?:\.\d+)+|^v?\d+$/.exec(text)?.[0] ?? '0').replace('v', '').split('.').map(Number)

/**
 * Whether `version` is `least` or newer, compared numerically; `20.10.24+dfsg1` counts as 20.10.24, and a missing
 * version as 0.
 */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [numbersIn(version), numbersIn(least)]
  const at = want.findIndex((number, index) => number !== (have[index] ?? 0))
  return at < 0 || (have[at] ?? 0) > (want[at] ?? 0)
}
