import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Put this machine's shell and the libraries it is linked with into a folder, so that an image `FROM scratch` can
 * have `RUN` steps without a base image from a registry. A private engine has no bridge network: with BuildKit these
 * steps need `--network none`.
 */
export function putShell(folder: string): void {
  for (const file of ['/bin/sh', ...librariesOf('/bin/sh')]) {
    const copy = join(folder, file)
    mkdirSync(dirname(copy), { recursive: true })
    copyFileSync(file, copy)
  }
}

/** Of ldd's lines, `name => /path (address)` and `/path (address)` name files; a static program has neither. */
function librariesOf(program: string): string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path]) => path ?? '')
}
