import { type IgnorePattern, ignorePattern, type PatternReading, UNKNOWN } from './ignore-pattern.ts'

/** One effective line of an ignore file. */
export interface IgnoreLine {
  /** Starting at 1. */
  readonly number: number
  /** It begins with `!`: a match is not ignored after all. */
  readonly exception: boolean
  /** Cleaned path. */
  readonly text: string
}

/** Such a line with its pattern compiled. */
export interface IgnoreRule extends Pick<IgnoreLine, 'exception'> {
  readonly pattern: IgnorePattern
  /** Number of names in its text. */
  readonly depth: number
}

/** Same as Go's unicode.IsSpace, which recognizes different characters than JavaScript's `trim`. */
const isSpace = (character: string): boolean => /\p{White_Space}/u.test(character)

function trimmed(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isSpace(text.charAt(start))) start++
  while (end > start && isSpace(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** https://pkg.go.dev/path#Clean */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part === '..' && rooted) continue
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `${rooted ? '/' : ''}${parts.join('/')}` || '.'
}

/** Relative to the context; a leading slash makes no difference. */
function relative(pattern: string): string {
  const clean = pattern === '' ? '' : cleanPath(pattern)
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean
}

/** Docker parses a line twice, so `/!a` and `./!a` are exceptions as well. Empty if nothing is left. */
function readTwice(given: string): string {
  const once = trimmed(given.startsWith('!') ? `!${relative(trimmed(given.slice(1)))}` : relative(given))
  return once === '' ? '' : cleanPath(once)
}

/**
 * Parses the lines of an ignore file: https://pkg.go.dev/github.com/moby/patternmatcher/ignorefile
 *
 * @throws {SyntaxError} with a sentence about the line that Docker rejects
 */
export function ignoreLines(content: string): IgnoreLine[] {
  const lines = content.replace(/^\uFEFF/, '').split('\n')
  return lines.flatMap((line, index) => {
    const [number, given] = [index + 1, trimmed(line)]
    if (line.startsWith('#') || given === '') return []
    const pattern = readTwice(given)
    if (pattern === '') return []
    if (pattern === '!') throw new SyntaxError(`Line ${number} is "!" without a pattern.`)
    const exception = pattern.startsWith('!')
    return [{ number, exception, text: exception ? pattern.slice(1) : pattern }]
  })
}

/**
 * Compiles the rules in these lines; `UNKNOWN` if one of them has a meaning that only Docker's regular expressions
 * define.
 *
 * @throws {SyntaxError} with a sentence about the line that Docker rejects
 */
export function ignoreRules(lines: readonly IgnoreLine[], reading: PatternReading): IgnoreRule[] | typeof UNKNOWN {
  const rules: IgnoreRule[] = []
  for (const { number, exception, text } of lines) {
    const pattern = compiled(number, text, reading)
    if (pattern === UNKNOWN) return UNKNOWN
    rules.push({ exception, pattern, depth: text.split('/').length })
  }
  return rules
}

function compiled(number: number, text: string, reading: PatternReading): IgnorePattern | typeof UNKNOWN {
  try {
    return ignorePattern(text, reading)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new SyntaxError(`Line ${number}, ${JSON.stringify(text)}, ${error.message}.`)
  }
}
