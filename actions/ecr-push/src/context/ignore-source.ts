import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Failure } from '@container-actions/core'
import { cleanPath, type IgnoreLine, ignoreLines } from './ignore-file.ts'
import { type IgnoreDialect, type IgnoreRules, ignoreRulesOf } from './ignore-rules.ts'

/** Where a builder looks for rules. The classic builder does not read those next to the Dockerfile. */
function ignoreFile(context: string, dockerfile: string | undefined, dialect: IgnoreDialect): string | undefined {
  const own = dialect === 'classic' || dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]
  return [...own, join(context, '.dockerignore')].find((path) => existsSync(path))
}

/** BuildKit receives only the folder of the file, and does not follow links out of it: it would ignore the rules. */
function checkLink(file: string): void {
  const inside = relative(realpathSync(dirname(file)), realpathSync(file))
  if (!inside.startsWith('../')) return
  throw new Failure(
    `${JSON.stringify(file)} is a link to a file outside its folder, which BuildKit does not follow. Replace it with the file.`,
  )
}

function linesOf(file: string | undefined, dialect: IgnoreDialect): IgnoreLine[] {
  if (file === undefined) return []
  if (!statSync(file).isFile()) throw new Failure(`${JSON.stringify(file)} is not a file. Remove it.`)
  if (dialect !== 'classic') checkLink(file)
  return ignoreLines(readFileSync(file, 'utf8'))
}

/** The classic builder needs some files regardless of the rules, and removes them again if the rules exclude them. */
function withOwnFiles(lines: readonly IgnoreLine[], names: readonly string[], dialect: IgnoreDialect): IgnoreLine[] {
  const given = ignoreRulesOf(lines, dialect)
  const ignored = names.filter((name) => given.judge(name).ignored)
  return [...lines, ...ignored.map((name) => ({ number: 0, exception: true, text: cleanPath(name) }))]
}

/** Files that the classic builder needs from the context. */
function ownFiles(context: string, dockerfile: string | undefined): string[] {
  if (dockerfile === undefined) return ['.dockerignore']
  const path = relative(realpathSync(context), realpathSync(dockerfile))
  return ['.dockerignore', ...(path.startsWith('../') ? [] : [path])]
}

/**
 * The rules for a context: from the file next to the Dockerfile, otherwise from the context's own.
 *
 * @param dockerfile `undefined` for an additional context
 * @throws {Failure} for a file that cannot be read, or that Docker rejects
 */
export function contextRules(context: string, dockerfile: string | undefined, dialect: IgnoreDialect): IgnoreRules {
  const file = ignoreFile(context, dockerfile, dialect)
  try {
    const lines = linesOf(file, dialect)
    const isOwn = dialect === 'classic' && file !== undefined
    return ignoreRulesOf(isOwn ? withOwnFiles(lines, ownFiles(context, dockerfile), dialect) : lines, dialect)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Failure(`The patterns in ${JSON.stringify(file)} cannot be read: ${error.message}`, { cause: error })
  }
}
