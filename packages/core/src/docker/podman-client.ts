import { existsSync, realpathSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { Exec } from '../step/exec.ts'
import { headOf, interpreterIn } from '../step/interpreter.ts'

/** The script in the podman-docker package has fewer than 500 bytes, and contains the word podman. */
const namesPodman = (file: string): boolean => /podman/i.test(headOf(file, 16_384).toString('latin1'))

/** Whether the `docker` in PATH may be Podman: a link to it, or the script from the podman-docker package. */
function isUnusual(env: Environment): boolean {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = folders.map((folder) => join(folder, 'docker')).find((file) => existsSync(file))
  if (found === undefined) return false
  const isOther = () =>
    basename(realpathSync(found)).startsWith('podman') ||
    (interpreterIn(headOf(found)) !== undefined && namesPodman(found))
  return tryOrUndefined(isOther) ?? false
}

/** Version of Podman if the command `docker` is Podman; `undefined` for Docker's own client, which is not run. */
export async function podmanClient(exec: Exec, env: Environment): Promise<string | undefined> {
  if (!isUnusual(env)) return undefined
  const { stdout } = await exec.run('docker', ['--version'])
  return /^podman version (\S+)/im.exec(stdout)?.[1]
}
