import { stripVTControlCharacters } from 'node:util'

/** A finding of a Dockerfile check: https://docs.docker.com/build/checks/ */
export interface BuildWarning {
  /** Rule and reason: `FromAsCasing: 'as' and 'FROM' keywords' casing do not match`. */
  readonly text: string
  readonly line: number | undefined
}

/** The check warnings that buildx lists after the log, without duplicates. */
export function buildWarnings(stderr: string): readonly BuildWarning[] {
  const lines = stripVTControlCharacters(stderr).split(/\r?\n/)
  const start = lines.findLastIndex((line) => /^ \d+ warnings? found(?: \(.*\))?:$/.test(line))
  if (start < 0) return []
  const found = new Map<string, BuildWarning>()
  for (const each of lines.slice(start + 1)) {
    const [, text, line] = /^ - (.+?)(?: \(line (\d+)\))?$/.exec(each) ?? []
    if (text === undefined) break
    found.set(each, { text, line: line === undefined ? undefined : Number(line) })
  }
  return [...found.values()]
}
