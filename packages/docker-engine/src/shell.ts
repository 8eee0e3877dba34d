import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Copies this machine's shell and its shared libraries into a folder, so that an image `FROM scratch` can have `RUN`
 * steps without a base image from a registry. A private engine has no bridge network: with BuildKit, these steps need
 * `--network none`.
 */
export const putShell = (folder: string): void => putPrograms(folder, { '/bin/sh': '/bin/sh' })

/**
 * The same for any programs of this machine.
 *
 * @param programs destination of each, and its path on this machine
 */
export function putPrograms(folder: string, programs: Readonly<Record<string, string>>): void {
  for (const [target, file] of Object.entries(programs)) {
    put(file, join(folder, target))
    for (const library of librariesOf(file)) put(library, join(folder, library))
  }
}

function put(file: string, copy: string): void {
  mkdirSync(dirname(copy), { recursive: true })
  copyFileSync(file, copy)
}

/** In the output of ldd, `name => /path (address)` and `/path (address)` name files; a static program has neither. */
function librariesOf(program: string): string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path]) => path ?? '')
}
