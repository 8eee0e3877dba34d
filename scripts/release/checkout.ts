import { execFileSync } from 'node:child_process'
import { isAbsolute, relative, sep } from 'node:path'
import { Failure, reason } from '../../packages/core/src/base/failure.ts'

function git(root: string, ...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
  } catch (error) {
    throw new Failure(`A release requires a Git checkout, but git finds none: ${reason(error)}`)
  }
}

/**
 * The commit that is checked out at `root`. Throws a Failure if the files differ from that commit; the folder `apart`,
 * which holds trees, does not count.
 */
export function cleanCommit(root: string, apart: string): string {
  const commit = git(root, 'rev-parse', 'HEAD')
  const inside = relative(root, apart)
  const outside = inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..'
  const exclude = outside ? [] : [`:(exclude,literal)${inside.replaceAll(sep, '/')}`]
  const changes = git(root, 'status', '--porcelain', '--untracked-files=all', '--', '.', ...exclude)
  if (changes === '') return commit
  const files = changes.split('\n').map((line) => line.slice(3))
  const more = files.length > 3 ? ` and ${files.length - 3} more` : ''
  throw new Failure(
    `A release is built from a commit, but these files differ from ${commit.slice(0, 12)}: ` +
      `${files.slice(0, 3).join(', ')}${more}. Commit or remove them.`,
  )
}
