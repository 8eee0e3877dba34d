import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, sentence } from '../base/failure.ts'
import { type LockHolder, withLock } from '../base/file-lock.ts'
import { blockingPath } from '../base/file-owner.ts'
import { object } from '../base/json-object.ts'
import type { Authorization } from '../ecr/authorization.ts'
import type { Exec } from '../step/exec.ts'
import type { Job } from '../step/job.ts'
import {
  type DockerConfig,
  isLoginId,
  type LoginEntry,
  loginEntry,
  loginsStillIn,
  parseLoginEntries,
  withoutLogins,
} from './config.ts'
import { readDockerConfig, removeMeanwhile, writeDockerConfig } from './config-file.ts'
import { userDockerFolder } from './config-folder.ts'
import { askHelper } from './credential-helper.ts'

/** One login in the user's own configuration. */
interface Entry extends LoginEntry {
  /** The credential helper that stores the password, whose digest is `digest`; if absent, the entry is in the file. */
  readonly helper?: string
}

/** What the post step has to know about a login in the user's own configuration. */
export interface SharedLoginState {
  readonly kind: 'shared'
  readonly file: string
  readonly id: string
  /** Whether the file did not exist before. */
  readonly created: boolean
  readonly entries: readonly Entry[]
}

/** Parses the state; `undefined` if it is invalid. */
export function parseSharedLoginState(value: unknown): SharedLoginState | undefined {
  const { kind, file, id, created, entries: given } = object(value)
  const entries = parseLoginEntries(given)?.map((entry, index): Entry => {
    const { helper } = object((given as unknown[])[index])
    return typeof helper === 'string' ? { ...entry, helper } : entry
  })
  // Only a program in the PATH, by name: the state must not select any other one.
  if (entries?.some(({ helper }) => helper?.includes('/'))) return undefined
  if (kind !== 'shared' || entries === undefined || !isLoginId(id)) return undefined
  if (typeof file !== 'string' || basename(file) !== 'config.json') return undefined
  return { kind, file, id, created: created === true, entries }
}

const suffixOf = (id: string): string => `.ecr-login-${id}`

/** Where Docker stores the login of a host: the host's own helper, the general one, or the file. */
function helperOf(config: DockerConfig, host: string): string | undefined {
  const helper = object(config['credHelpers'])[host] || config['credsStore']
  return typeof helper === 'string' && helper !== '' ? helper : undefined
}

/**
 * Logs in to the user's configuration, as `docker login` does, but without a secret in an argument list. Other jobs of
 * the same user see the login, and can replace or remove it.
 *
 * @param remember saves what the post step needs; called before anything is written
 * @returns the folder of the configuration
 */
export async function logInShared(
  logins: ReadonlyMap<string, Authorization>,
  { env, exec, signal, runner }: Job,
  remember: (state: SharedLoginState) => void,
): Promise<string> {
  const folder = userDockerFolder(env)
  const file = join(folder, 'config.json')
  const config = readDockerConfig(file)
  const entries = [...logins].map(([host, { token, password }]): Entry => {
    const helper = helperOf(config, host)
    return helper === undefined ? loginEntry(host, token) : { ...loginEntry(host, password), helper }
  })
  const id = randomUUID()
  remember({ kind: 'shared', file, id, created: !existsSync(file), entries })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const { host, helper } of entries) {
    const { username, password } = logins.get(host) ?? {}
    const login = JSON.stringify({ ServerURL: host, Username: username, Secret: password })
    if (helper !== undefined) await askHelper(exec, helper, 'store', login)
  }
  const own = entries.filter(({ helper }) => helper === undefined).map(({ host }) => host)
  const auths = Object.fromEntries(own.map((host) => [host, { auth: logins.get(host)?.token }]))
  if (own.length > 0) {
    await withLock(file, { id, signal, report: runner.info }, () => {
      const now = readDockerConfig(file)
      writeDockerConfig(file, { ...now, auths: { ...object(now['auths']), ...auths } }, suffixOf(id))
    })
  }
  return folder
}

/** Whether the helper still has the password from this login. */
async function isOurs(exec: Exec, { host, helper = '', digest }: Entry): Promise<boolean> {
  const answer = await askHelper(exec, helper, 'get', host)
  try {
    return loginEntry(host, String(object(JSON.parse(answer ?? ''))['Secret'])).digest === digest
  } catch {
    return false
  }
}

function withoutOurs({ file, id, created, entries }: SharedLoginState): void {
  const config = readDockerConfig(file)
  if (loginsStillIn(config, entries).length === 0) return
  const left = withoutLogins(config, entries)
  const isEmpty = Object.keys(left).length === 1 && Object.keys(object(left['auths'])).length === 0
  if (created && isEmpty) rmSync(file, { force: true })
  else writeDockerConfig(file, left, suffixOf(id))
}

/** Takes this login, and what a write that was killed has left of it, out of the file and from beside it. */
async function leaveFile(state: SharedLoginState, holder: Omit<LockHolder, 'id'>): Promise<void> {
  const { file, id } = state
  try {
    removeMeanwhile(file, suffixOf(id))
  } finally {
    // One that may not be seen is not one that is not there.
    if (existsSync(file) || blockingPath(file) !== undefined) {
      readDockerConfig(file)
      await withLock(file, { id, ...holder }, () => withoutOurs(state))
    }
  }
}

/**
 * Undoes `logInShared`, however far it came; a login that somebody else has written since stays. What cannot be removed
 * keeps nothing else, and is a warning.
 */
export async function logOutShared(state: SharedLoginState, { exec, signal, runner }: Job): Promise<void> {
  const { entries } = state
  const attempt = async (hosts: readonly string[], work: () => unknown) => {
    try {
      await work()
    } catch (error) {
      signal.throwIfAborted()
      const cure = hosts.map((host) => `'docker logout ${host}'`).join(' and ')
      runner.warning(`The login for ${hosts.join(', ')} may be left: ${sentence(describe(error))} Then run ${cure}.`)
    }
  }
  const own = entries.filter(({ helper }) => helper === undefined).map(({ host }) => host)
  if (own.length > 0) await attempt(own, () => leaveFile(state, { signal, report: runner.info }))
  for (const { host, helper, digest } of entries) {
    if (helper === undefined) continue
    await attempt([host], async () => {
      if (await isOurs(exec, { host, helper, digest })) await askHelper(exec, helper, 'erase', host)
    })
  }
}
