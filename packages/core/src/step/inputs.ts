import { parseDuration } from '../base/duration.ts'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { nearest } from '../base/nearest.ts'
import { parseQuotedText } from '../base/quoted-text.ts'
import { parseWords } from '../base/shell-words.ts'
import { trimmed } from '../base/white-space.ts'
import { defaultOf, type InputDefaults } from './input-defaults.ts'

/**
 * Reads the inputs of one step by their names in action.yml. Values are trimmed of ASCII whitespace only: U+00A0 and
 * U+FEFF are legal in Git refs, so a name that contains them must arrive unchanged. An empty input takes its default.
 *
 * An invalid value does not throw: it is recorded, a placeholder is returned, and `check` reports all problems
 * together.
 */
export interface InputReader {
  /** A required value. */
  string(name: string): string
  /** A value, or `undefined` if it is empty and has no default. */
  optional(name: string): string | undefined
  /** Parsed by `parseBoolean`. Anything else is a problem, never false. */
  boolean(name: string): boolean
  /** A whole number between `min` and `max`, inclusive. */
  integer(name: string, range?: { min?: number; max?: number }): number
  /** A duration in milliseconds, from `90`, `90s`, `2m`, `1h30m`, `250ms`; a number without a unit is in seconds. */
  duration(name: string): number
  /** Values separated by newlines or, within a line, as CSV with its quotes; empty ones are omitted. */
  list(name: string): string[]
  /** Values separated by newlines, so that they can contain commas; a CSV-quoted value can contain newlines. */
  lines(name: string): string[]
  /** The words of a command line, quoted as in a POSIX shell. */
  words(name: string): string[]
  /** One of `values`, compared exactly. */
  oneOf<const T extends string>(name: string, values: readonly T[]): T
  /** Records a problem that the caller found, as a complete sentence; newlines in a quoted value become spaces. */
  reject(problem: string): void
  readonly env: Environment
}

export interface CheckedInputReader extends InputReader {
  /** Throws one `Failure` with all problems recorded so far. */
  check(): void
  /** The names of all inputs that were read. */
  readonly names: ReadonlySet<string>
  /** A sentence for each input that the step passes but nothing has read. */
  unknown(): string[]
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
])

/** Parses a boolean; `undefined` if it is none: the YAML 1.2 booleans in any case, and 1, 0, yes, no. */
export const parseBoolean = (text: string): boolean | undefined => BOOLEANS.get(text.toLowerCase())

/**
 * `INPUT_` and the name in uppercase, spaces as `_`:
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
const variable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`

const quoted = (value: string): string => `'${value.replaceAll(/\s+/g, ' ')}'`

/** A reader of the inputs that the runner passes in `env`, with defaults for empty ones. */
export function inputReader(env: Environment, defaults: InputDefaults = {}): CheckedInputReader {
  const names = new Set<string>()
  const problems: string[] = []

  const value = (name: string): string => {
    names.add(name)
    return trimmed(env[variable(name)] ?? '') || defaultOf(defaults, name, env)
  }
  const required = (name: string): string => {
    const given = value(name)
    if (given === '') problems.push(`Input '${name}' is required. Add it under 'with:'.`)
    return given
  }

  return {
    env,
    names,
    string: required,
    optional: (name) => value(name) || undefined,
    boolean(name) {
      const given = value(name)
      const parsed = parseBoolean(given)
      if (parsed === undefined) problems.push(`Input '${name}' must be true or false; it is ${quoted(given)}.`)
      return parsed ?? false
    },
    integer(name, { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = {}) {
      const given = value(name)
      const parsed = /^[+-]?\d+$/.test(given) ? Number(given) : Number.NaN
      if (parsed >= min && parsed <= max) return parsed
      const limits = [
        ...(min > Number.MIN_SAFE_INTEGER ? [`at least ${min}`] : []),
        ...(max < Number.MAX_SAFE_INTEGER ? [`at most ${max}`] : []),
      ]
      const rule = ['a whole number', ...(limits.length > 0 ? [`of ${limits.join(' and ')}`] : [])].join(' ')
      problems.push(`Input '${name}' must be ${rule}; it is ${quoted(given)}.`)
      return 0
    },
    duration(name) {
      const given = value(name)
      const parsed = parseDuration(given)
      if (parsed === undefined) {
        problems.push(`Input '${name}' must be a duration like 90s, 2m or 1h30m; it is ${quoted(given)}.`)
      }
      return parsed ?? 0
    },
    list(name) {
      const parsed = parseQuotedText(value(name), ',\n')
      if (parsed.kind === 'values') return parsed.values.map((each) => each.value)
      problems.push(`Input '${name}' has a quote that is not closed, or text after it: '${parsed.at}'.`)
      return []
    },
    lines(name) {
      const parsed = parseQuotedText(value(name), '\n')
      if (parsed.kind === 'values') return parsed.values.map((each) => each.value)
      const at = JSON.stringify(parsed.at)
      problems.push(`Input '${name}' has a quote that is not closed, or text after it: ${at}.`)
      return []
    },
    words(name) {
      const parsed = parseWords(value(name))
      if (parsed.kind === 'values') return [...parsed.values]
      const at = JSON.stringify(parsed.at)
      problems.push(`Input '${name}' has an unclosed quote or a trailing backslash: ${at}.`)
      return []
    },
    oneOf(name, values) {
      const given = value(name)
      const found = values.find((candidate) => candidate === given)
      if (found === undefined)
        problems.push(`Input '${name}' must be one of ${values.join(', ')}; it is ${quoted(given)}.`)
      return found ?? (values[0] as (typeof values)[number])
    },
    reject: (problem) => {
      problems.push(problem.replaceAll(/[\r\n]+/g, ' '))
    },
    check() {
      if (problems.length > 0) throw new Failure(problems.join(' '))
    },
    unknown() {
      const declared = new Set([...names].map(variable))
      return Object.keys(env)
        .filter((key) => key.startsWith('INPUT_') && !declared.has(key) && env[key] !== '')
        .map((key) => key.slice('INPUT_'.length).toLowerCase())
        .map((name) => {
          const meant = nearest(name, names)
          return `Unknown input '${name}'.${meant === undefined ? '' : ` Did you mean '${meant}'?`}`
        })
    },
  }
}
