/**
 * The rules of a `.dockerignore`: https://docs.docker.com/build/concepts/context/#dockerignore-files, in all cases that
 * this leaves open as Docker's own matcher has them: https://pkg.go.dev/github.com/moby/patternmatcher
 */
export interface IgnoreRules {
  /** Whether one of them begins with `!`, so that a folder that is left out may still hold files that are not. */
  readonly hasExceptions: boolean
  /**
   * What the rules say of a path, relative to the context and with `/`.
   *
   * @param parent what they said of its folder
   */
  match(path: string, parent?: Match): Match
}

export interface Match {
  readonly ignored: boolean
  /** Which rules matched, as they hold for everything below as well. */
  readonly rules: readonly boolean[]
}

interface Rule {
  readonly exception: boolean
  matches(path: string): boolean
}

/** As Go's path.Clean: no `.`, no `..` that can be had without, no `/` twice or at the end. */
function cleaned(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** The text of a regular expression that stands for one character. */
const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** `*` is anything within a name, `**` any number of folders, `?` one character, `[…]` some, and a backslash takes a meaning away. */
function expressionOf(pattern: string): string {
  const tokens = pattern.match(/\*\*\/?|\[(?:\\.|[^\]\\])+\]|\\.|./gsu) ?? []
  const parts = tokens.map((token, index) => {
    if (token.startsWith('**')) return index === tokens.length - 1 ? '.*' : '(?:.*/)?'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.startsWith('[') && token.length > 1) return token
    return literal(token.length > 1 ? token.slice(1) : token)
  })
  return `^${parts.join('')}$`
}

/** `**` before a plain text is any beginning, also one in the middle of a name. */
function suffixOf(pattern: string): string | undefined {
  const rest = pattern.slice(2)
  return pattern.startsWith('**') && !/[*?[\]\\]/.test(rest) ? rest : undefined
}

function ruleOf(line: string): Rule | undefined {
  const exception = line.startsWith('!')
  const pattern = cleaned((exception ? line.slice(1) : line).trim())
  if (pattern === '') return undefined
  const suffix = suffixOf(pattern)
  if (suffix !== undefined) {
    return { exception, matches: (path) => path.endsWith(suffix) || `/${path}` === suffix }
  }
  const expression = new RegExp(expressionOf(pattern), 'u')
  return { exception, matches: (path) => expression.test(path) }
}

/** @throws {SyntaxError} for a pattern that is none */
export function parseIgnoreRules(text: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const rules = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => ruleOf(line.trim()))
    .filter((rule) => rule !== undefined)
  return {
    hasExceptions: rules.some(({ exception }) => exception),
    match(path, parent) {
      let ignored = false
      const matched = rules.map(({ exception, matches }, index) => {
        // A rule that would change nothing is not asked, and so does not hold below either.
        const holds = parent?.rules[index] || (exception === ignored && matches(path))
        if (holds) ignored = !exception
        return holds
      })
      return { ignored, rules: matched }
    },
  }
}
