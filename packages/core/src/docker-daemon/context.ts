import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, homeFolder } from '../base/environment.ts'
import { Failure, reason } from '../base/failure.ts'
import { blockingPath, ownerCure, ownerOf, thisUser } from '../base/file-owner.ts'
import { readText } from '../base/text-file.ts'
import type { TlsFiles } from './endpoint.ts'

/** The endpoint of a Docker context, as stored on disk. */
export interface Context {
  readonly host: string
  readonly tls?: TlsFiles
}

/** The docker CLI's configuration folder, which contains config.json. */
export function configFolder(env: Environment): string {
  return env['DOCKER_CONFIG'] || join(homeFolder(env), '.docker')
}

/** Why this user may not read a file, and what to change, in whole sentences; `undefined` where it may. */
function closed(file: string): string | undefined {
  const blocker = blockingPath(file)
  return (
    blocker && `${file} may not be read by ${thisUser()}. Of ${blocker}: ${ownerOf(blocker)}. ${ownerCure(blocker)}.`
  )
}

/**
 * The field `currentContext` of config.json; a missing or broken file has none, as for the CLI.
 *
 * @throws {Failure} where this user may not read it: then nobody knows which daemon is meant
 */
export function currentContext(folder: string): string | undefined {
  const problem = closed(join(folder, 'config.json'))
  if (problem !== undefined) throw new Failure(`The Docker configuration ${problem}`)
  try {
    const config: { currentContext?: unknown } = JSON.parse(readText(join(folder, 'config.json')))
    return typeof config.currentContext === 'string' && config.currentContext !== '' ? config.currentContext : undefined
  } catch {
    return undefined
  }
}

/** The files of a context are below the digest of its name (`cli/context/store` in docker/cli). */
const digest = (name: string): string => createHash('sha256').update(name).digest('hex')

function tlsOf(folder: string, name: string, skipVerify: boolean): TlsFiles | undefined {
  const files = join(folder, 'contexts', 'tls', digest(name), 'docker')
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => join(files, file)) as [string, string, string]
  if (!skipVerify && ![ca, cert, key].some((file) => existsSync(file))) return undefined
  return { ...(existsSync(ca) ? { ca } : {}), cert, key, verify: !skipVerify }
}

/** Reads a context without the CLI: returns its endpoint, or a sentence that says why there is none. */
export function readContext(folder: string, name: string): Context | string {
  const file = join(folder, 'contexts', 'meta', digest(name), 'meta.json')
  let meta: { Endpoints?: { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } }
  try {
    meta = Object(JSON.parse(readText(file)))
  } catch (error) {
    const problem = closed(file)
    if (problem !== undefined) return `The docker context '${name}' cannot be read: ${problem}`
    if (!existsSync(file)) return `There is no docker context '${name}' in ${join(folder, 'contexts')}.`
    return `The docker context '${name}' cannot be read: ${file}: ${reason(error)}`
  }
  const endpoint = meta.Endpoints?.docker
  if (typeof endpoint?.Host !== 'string' || endpoint.Host === '') {
    return `The docker context '${name}' has no docker endpoint in ${file}.`
  }
  const tls = tlsOf(folder, name, endpoint.SkipTLSVerify === true)
  return { host: endpoint.Host, ...(tls === undefined ? {} : { tls }) }
}
