import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'

/** A link in the workspace, and where outside of it the link leads. */
interface StrayLink {
  readonly link: string
  readonly target: string
}

const isInside = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep)

/** Where a link leads, also one that leads to nothing. */
const targetOf = (path: string): string | undefined =>
  tryOrUndefined(() => realpathSync(path)) ??
  tryOrUndefined(() => resolve(realpathSync(dirname(path)), readlinkSync(path)))

/** A path below the workspace, from there; `undefined` for one that does not begin in it. */
function below(path: string, workspace: string, env: Environment): string | undefined {
  if (!isAbsolute(path)) return path
  const roots = [workspace, env['GITHUB_WORKSPACE'] ?? ''].filter((root) => root !== '')
  const root = roots.find((each) => isInside(each, path))
  return root === undefined ? undefined : path.slice(root.length + 1)
}

/**
 * The link through which a path that begins in the workspace leaves it. A path is looked at name by name: behind a link
 * to a folder, `..` is the folder above that one.
 */
function strayLink(path: string, env: Environment, folder: string): StrayLink | undefined {
  const workspace = realpathSync(folder)
  const names = below(path, workspace, env)?.split('/') ?? []
  for (const [index] of names.entries()) {
    const part = resolve(workspace, names.slice(0, index + 1).join('/'))
    // The workflow itself says `..`, and what is there is not the checkout's.
    if (!isInside(workspace, part)) return undefined
    const target = targetOf(part)
    if (target === undefined) return undefined
    if (!isInside(workspace, target)) return { link: names.slice(0, index + 1).join('/'), target }
  }
  return undefined
}

/**
 * Refuses a path that begins in the workspace and leaves it through a link. What is in the workspace is of whoever made
 * the commit, such as a pull request, and a link to `~/.aws` would put its files into an image or into a log. A path that
 * begins elsewhere is the workflow's own word.
 *
 * @param subject the input and its value, which begin the sentence: `Input 'path' is "app"`
 * @param env may name the workspace by another path, in GITHUB_WORKSPACE
 * @throws {Failure}
 */
export function checkWorkspacePath(subject: string, path: string, env: Environment, workspace = process.cwd()): void {
  const stray = strayLink(path, env, workspace)
  if (stray === undefined) return
  const [link, target] = [stray.link, stray.target].map((each) => JSON.stringify(each))
  throw new Failure(
    `${subject}, and the link ${link} leads out of the workspace to ${target}. Remove the link, or give ${target} itself if that is meant.`,
  )
}
