import { type CharacterTest, compileGlob, type Effort, type GlobPart } from './glob.ts'

/**
 * How Docker interprets a pattern. `expression`: as a regular expression in which only `.` and `$` are escaped, as up
 * to Docker 20.10. `glob`: characters with a meaning only in regular expressions are escaped, and simple patterns are
 * compared as text, as in https://pkg.go.dev/github.com/moby/patternmatcher since Docker 23 and buildx 0.10.
 */
export type PatternReading = 'expression' | 'glob'

/** A pattern of an ignore file, without its `!`. */
export interface IgnorePattern {
  /** Cleaned, as Docker compares it with the names of folders. */
  readonly text: string
  matches(path: string, effort: Effort): boolean
}

/** The result for a pattern whose meaning depends on Docker's regular expressions. */
export const UNKNOWN = Symbol('unknown')

const SLASH = 0x2f
const NEWLINE = 0x0a
const notSlash: CharacterTest = (code) => code !== SLASH
const notNewline: CharacterTest = (code) => code !== NEWLINE

/** Go rejects, or interprets in its own way, what follows a backslash here. */
const LETTER = /[a-zA-Z0-9\u0080-\u{10ffff}]/u

/** Regular expression operators that no interpretation escapes; within `[…]` they are literal. */
const OPERATORS: Readonly<Record<PatternReading, RegExp>> = { expression: /[+(){}|^]/, glob: /[{}|^]/ }

/** Tokens of a pattern: `**` with the following slash, a complete bracket expression, or one character. */
const TOKEN = /\*\*\/?|\[\^?(?:\\.|[^\\\]])+\]|\\.|./gsu

/** https://pkg.go.dev/path/filepath#Match: a class has at least one range, whose ends are not a bare `-`. */
function classIn(token: string): CharacterTest | typeof UNKNOWN {
  const negated = token.startsWith('[^')
  const inside = token.slice(negated ? 2 : 1, -1)
  if (/[[*?]/.test(inside) || [...inside.matchAll(/\\(.)/gsu)].some(([, next = '']) => LETTER.test(next)))
    return UNKNOWN
  if (inside === '') throw badPattern('has nothing in its brackets')
  const ranges = [...inside.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)].map(([, low = '', high = low]) => {
    const code = (text: string) => (text.length > 1 && text.startsWith('\\') ? text.slice(1) : text).codePointAt(0) ?? 0
    if (low === '-' || high === '-' || code(low) > code(high))
      throw badPattern('has a range without an end in its brackets')
    return [code(low), code(high)] as const
  })
  return (code) => ranges.some(([low, high]) => low <= code && code <= high) !== negated
}

const badPattern = (why: string) => new SyntaxError(why)

function partOf(token: string, isLast: boolean, reading: PatternReading): GlobPart | typeof UNKNOWN {
  if (token.startsWith('**')) return { kind: isLast ? 'many' : 'folders', test: notNewline }
  if (token === '*') return { kind: 'many', test: notSlash }
  if (token === '?') return { kind: 'one', test: notSlash }
  if (token === '[' || token === '[^') throw badPattern('opens a bracket that is not closed')
  if (token === '\\') throw badPattern('ends with a backslash')
  if (token.startsWith('[')) {
    const test = classIn(token)
    return test === UNKNOWN ? UNKNOWN : { kind: 'one', test }
  }
  if (token.startsWith('\\')) return LETTER.test(token) ? UNKNOWN : { kind: 'text', text: token.slice(1) }
  return OPERATORS[reading].test(token) ? UNKNOWN : { kind: 'text', text: token }
}

function joined(parts: readonly GlobPart[]): GlobPart[] {
  const all: GlobPart[] = []
  for (const part of parts) {
    const last = all.at(-1)
    if (part.kind === 'text' && last?.kind === 'text')
      all[all.length - 1] = { kind: 'text', text: last.text + part.text }
    else all.push(part)
  }
  return all
}

/** Patterns that are compared as text: a plain one, one that ends with `**`, and one that begins with it. */
function asText(pattern: string): IgnorePattern['matches'] | undefined {
  const isPlain = (text: string) => !/[*?[\]\\]/.test(text)
  const counted = (test: (path: string) => boolean) => (path: string, effort: Effort) => {
    effort.steps += pattern.length
    return test(path)
  }
  if (isPlain(pattern)) return counted((path) => path === pattern)
  if (pattern.startsWith('**') && isPlain(pattern.slice(2))) {
    const end = pattern.slice(2)
    return counted((path) => path.endsWith(end) || `/${path}` === end)
  }
  const start = pattern.slice(0, -2)
  return pattern.endsWith('**') && isPlain(start) ? counted((path) => path.startsWith(start)) : undefined
}

/**
 * @param text cleaned
 * @throws {SyntaxError} with the end of a sentence about a pattern that Docker rejects
 */
export function ignorePattern(text: string, reading: PatternReading): IgnorePattern | typeof UNKNOWN {
  const tokens = text.match(TOKEN) ?? []
  const parts = tokens.map((token, index) => partOf(token, index === tokens.length - 1, reading))
  const matchesText = reading === 'glob' ? asText(text) : undefined
  if (matchesText !== undefined) return { text, matches: matchesText }
  const known = parts.filter((part) => part !== UNKNOWN)
  return known.length < parts.length ? UNKNOWN : { text, matches: compileGlob(joined(known)) }
}
