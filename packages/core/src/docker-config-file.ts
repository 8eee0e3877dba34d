import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { DockerConfig } from './docker-config.ts'
import { object } from './docker-config.ts'
import { Failure, reason } from './failure.ts'

/** The configuration in `file`; an empty one where there is no file. */
export function readDockerConfig(file: string): DockerConfig {
  if (!existsSync(file)) return {}
  try {
    return object(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    // What the parser says quotes the file, which may hold passwords.
    const problem = error instanceof SyntaxError ? 'it is not valid JSON' : reason(error)
    throw new Failure(`The Docker configuration ${file} cannot be read: ${problem}. Mend or remove it.`)
  }
}

/** Writes the whole file or nothing, so that nobody reads half of it. `suffix` names the file that is there meanwhile. */
export function writeDockerConfig(file: string, config: DockerConfig, suffix: string): void {
  // Some keep their configuration elsewhere and have a link to it.
  const [target, mode] = existsSync(file) ? [realpathSync(file), statSync(file).mode & 0o777] : [file, 0o600]
  const meanwhile = `${target}${suffix}`
  writeFileSync(meanwhile, `${JSON.stringify(config, undefined, '\t')}\n`, { mode })
  renameSync(meanwhile, target)
}

/** Removes what a write that was killed has left. */
export function removeMeanwhile(file: string, suffix: string): void {
  rmSync(`${existsSync(file) ? realpathSync(file) : file}${suffix}`, { force: true })
}
