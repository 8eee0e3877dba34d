/** The numbers in a version, as `v0.12.5-desktop.1` has them; `undefined` for one without, or with nothing but zeros. */
export function plainVersion(text: string): string | undefined {
  const [version] = /\d+\.\d+(?:\.\d+)?/.exec(text) ?? []
  return version === undefined || /^[0.]+$/.test(version) ? undefined : version
}

/** Numbers with dots between them, or one number alone; the digits of a commit's hash are no version. */
const numbersIn = (text: string): number[] =>
  (/\d+(?:\.\d+)+|^v?\d+$/.exec(text)?.[0] ?? '0').replace('v', '').split('.').map(Number)

/** Whether `version` is `least` or newer, number by number; `20.10.24+dfsg1` counts as 20.10.24, and none at all as 0. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [numbersIn(version), numbersIn(least)]
  const at = want.findIndex((number, index) => number !== (have[index] ?? 0))
  return at < 0 || (have[at] ?? 0) > (want[at] ?? 0)
}
