import type { Effort } from './glob.ts'
import { type IgnoreLine, type IgnoreRule, ignoreRules } from './ignore-file.ts'
import { type PatternReading, UNKNOWN } from './ignore-pattern.ts'

/**
 * How the client that reads the context interprets an ignore file: the classic builder, or one of BuildKit's clients,
 * the older of which is in Docker's client before version 23.
 */
export type IgnoreDialect = 'old-buildkit' | 'classic' | 'buildkit'

/** The verdict of the rules on a path. */
export interface Verdict {
  readonly ignored: boolean
  /** For a folder: whether Docker looks for exceptions in it. */
  readonly entered: boolean
  /** Which rules matched, for the entries below. */
  readonly matched: readonly boolean[]
}

export interface IgnoreRules {
  /** An ignored folder that is entered is in the image even if nothing in it is. */
  readonly keepsEmpty: boolean
  /** The amount of comparison so far. */
  readonly effort: Effort
  /**
   * @param path relative to the context, with `/`
   * @param above the verdict on its folder; none at the root of the context
   */
  judge(path: string, above?: Verdict): Verdict
}

const READINGS: Readonly<Record<IgnoreDialect, PatternReading>> = {
  'old-buildkit': 'expression',
  classic: 'glob',
  buildkit: 'glob',
}

/** Of the folders above a path, old clients compare only the one with the same depth as the pattern. */
function matchedByDepth(rules: readonly IgnoreRule[], path: string, effort: Effort): boolean[] {
  const parts = path.split('/')
  return rules.map(({ pattern, depth }) => {
    if (pattern.matches(path, effort)) return true
    return depth < parts.length && pattern.matches(parts.slice(0, depth).join('/'), effort)
  })
}

/** A path and the folders above it. */
function withFolders(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/**
 * A match of a folder also applies below it; a rule that would change nothing is not evaluated, and so does not apply
 * below.
 */
function matchedFromAbove(rules: readonly IgnoreRule[], path: string, effort: Effort, above?: Verdict): boolean[] {
  const paths = above === undefined ? withFolders(path) : [path]
  let ignored = false
  return rules.map(({ exception, pattern }, index) => {
    const asks = () => exception === ignored && paths.some((each) => pattern.matches(each, effort))
    const holds = above?.matched[index] || asks()
    if (holds) ignored = !exception
    return holds
  })
}

const withoutTrailingGlob = (text: string): string => text.replace(/\/\*\*$/, '').replace(/\/\*$/, '')

/** Whether an ignored folder may contain exceptions, according to the dialect. */
function entrance(rules: readonly IgnoreRule[], dialect: IgnoreDialect): (folder: string) => boolean {
  const texts = rules.filter(({ exception }) => exception).map(({ pattern }) => pattern.text)
  const names = dialect === 'buildkit' ? texts.map(withoutTrailingGlob) : texts
  // BuildKit compares names only if they contain no wildcards.
  if (dialect === 'buildkit' && names.some((name) => /[*[\]?^\\]/.test(name))) return () => true
  return (folder) => names.some((name) => `${name}/`.startsWith(`${folder}/`))
}

function rulesOf(rules: readonly IgnoreRule[], dialect: IgnoreDialect): IgnoreRules {
  const effort: Effort = { steps: 0 }
  const mayHoldExceptions = entrance(rules, dialect)
  return {
    effort,
    keepsEmpty: dialect === 'old-buildkit',
    judge(path, above) {
      const matched =
        dialect === 'old-buildkit' ? matchedByDepth(rules, path, effort) : matchedFromAbove(rules, path, effort, above)
      const last = matched.lastIndexOf(true)
      const ignored = last >= 0 && rules[last]?.exception === false
      return { ignored, entered: !ignored || mayHoldExceptions(path), matched }
    },
  }
}

/**
 * The rules of an ignore file, as described in https://docs.docker.com/build/concepts/context/#dockerignore-files and,
 * where that is silent, as implemented by the builder that reads the context. If the meaning of a pattern depends on
 * Docker's regular expressions, nothing is ignored.
 *
 * @throws {SyntaxError} with a sentence about the line that Docker rejects
 */
export function ignoreRulesOf(lines: readonly IgnoreLine[], dialect: IgnoreDialect): IgnoreRules {
  const rules = ignoreRules(lines, READINGS[dialect])
  return rulesOf(rules === UNKNOWN ? [] : rules, dialect)
}
