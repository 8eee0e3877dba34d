import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { userDockerFolder } from '../docker-login/config-folder.ts'

/** 32 random bytes in hex: https://github.com/docker/cli/blob/v20.10.24/cli/command/image/build_session.go */
const FILE = '.buildNodeID'
const ID = /^[0-9a-f]{64}$/

function idIn(folder: string): string | undefined {
  const file = join(folder, FILE)
  const text = tryOrUndefined(() => (lstatSync(file).isFile() ? readFileSync(file, 'latin1') : undefined))
  return text !== undefined && ID.test(text) ? text : undefined
}

/** Creates the file; keeps one that another build has created in the meantime. */
function createId(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, FILE), randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
}

/**
 * Copies the node ID of the user's Docker configuration, which docker creates on its first build, to the one in `copy`.
 * BuildKit caches the build context under this ID and the context's path, and without it receives every file again.
 * Buildx has its own ID in BUILDX_CONFIG.
 */
export function shareBuildNode(copy: string, env: Environment): void {
  const original = userDockerFolder(env)
  if (copy === original || !existsSync(copy) || idIn(copy) !== undefined) return
  // An unwritable home folder costs time, but does not fail the build.
  if (idIn(original) === undefined) tryOrUndefined(() => createId(original))
  const id = idIn(original)
  if (id !== undefined) writeFileSync(join(copy, FILE), id, { mode: 0o600 })
}
