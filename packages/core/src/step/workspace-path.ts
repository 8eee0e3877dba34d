import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'

/** A link in the workspace, and its target outside. */
interface StrayLink {
  readonly link: string
  readonly target: string
}

const isInside = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep)

/** The target of a link, even if it does not exist. */
const targetOf = (path: string): string | undefined =>
  tryOrUndefined(() => realpathSync(path)) ??
  tryOrUndefined(() => resolve(realpathSync(dirname(path)), readlinkSync(path)))

/** A path relative to the workspace; `undefined` if it does not start in it. */
function below(path: string, workspace: string, env: Environment): string | undefined {
  if (!isAbsolute(path)) return path
  const roots = [workspace, env['GITHUB_WORKSPACE'] ?? ''].filter((root) => root !== '')
  const root = roots.find((each) => isInside(each, path))
  return root === undefined ? undefined : path.slice(root.length + 1)
}

/**
 * The link through which a path that starts in the workspace leaves it. The path is resolved name by name: after a link
 * to a folder, `..` is the parent of that folder.
 */
function strayLink(path: string, env: Environment, folder: string): StrayLink | undefined {
  const workspace = realpathSync(folder)
  const names = below(path, workspace, env)?.split('/') ?? []
  for (const [index] of names.entries()) {
    const part = resolve(workspace, names.slice(0, index + 1).join('/'))
    // The workflow itself contains `..`, and the content there does not come from the checkout.
    if (!isInside(workspace, part)) return undefined
    const target = targetOf(part)
    if (target === undefined) return undefined
    if (!isInside(workspace, target)) return { link: names.slice(0, index + 1).join('/'), target }
  }
  return undefined
}

/**
 * Rejects a path that starts in the workspace and leaves it through a link. The content of the workspace belongs to the
 * author of the commit, such as a pull request, and a link to `~/.aws` would put its files into an image or a log. A
 * path that starts elsewhere comes from the workflow itself.
 *
 * @param subject the beginning of the error message, with the input and its value: `Input 'path' is "app"`
 * @param env may contain another path of the workspace, in GITHUB_WORKSPACE
 * @throws {Failure}
 */
export function checkWorkspacePath(subject: string, path: string, env: Environment, workspace = process.cwd()): void {
  const stray = strayLink(path, env, workspace)
  if (stray === undefined) return
  const [link, target] = [stray.link, stray.target].map((each) => JSON.stringify(each))
  throw new Failure(
    `${subject}, but the link ${link} leads out of the workspace to ${target}. Remove the link, or use ${target} itself if that is intended.`,
  )
}
