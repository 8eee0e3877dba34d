/** A released version of the runner, `2.330.0`. */
export interface Version {
  readonly text: string
  readonly numbers: readonly [number, number, number]
}

/** Parses a version with or without `v`; `undefined` for anything else, including pre-releases. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(text) ?? []
  if (major === undefined || minor === undefined || patch === undefined) return undefined
  const numbers = [Number(major), Number(minor), Number(patch)] as const
  return { text: numbers.join('.'), numbers }
}

/** Negative if `a` is older. */
export function compareVersions({ numbers: a }: Version, { numbers: b }: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}
