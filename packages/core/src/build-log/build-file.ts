import { readFileSync, statSync } from 'node:fs'
import { normalize, relative, resolve, sep } from 'node:path'
import type { Environment } from '../base/environment.ts'
import type { FileLine } from '../base/failure.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'

/** The Dockerfile of a build. */
export interface BuildFile {
  /** Its name in the build, without `./`. */
  readonly name: string
  /** `undefined` if it cannot be read here. */
  readonly text: string | undefined
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const textOf = (file: string): string | undefined =>
  tryOrUndefined(() => (statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined))

/** The Dockerfile of a local context; for a context that Docker fetches, only the name is known. */
export const buildFileOf = (context: string, dockerfile: string): BuildFile => ({
  name: normalize(dockerfile),
  text: isFolder(context) ? textOf(dockerfile) : undefined,
})

/** A line of the Dockerfile for a GitHub annotation; `undefined` for a file outside the workspace. */
export function sourceLine(
  { name, text }: BuildFile,
  line: number | undefined,
  env: Environment,
): FileLine | undefined {
  if (line === undefined || text === undefined) return undefined
  const file = relative(env['GITHUB_WORKSPACE'] || '.', resolve(name))
  const isOutside = file === '..' || file.startsWith(`..${sep}`)
  return isOutside ? undefined : { file, line }
}
