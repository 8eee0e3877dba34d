import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { describe } from '../base/failure.ts'
import { object } from '../base/json-object.ts'
import { removeFile } from '../base/remove-tree.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { Authorization } from '../ecr/authorization.ts'
import { actionHome } from '../step/action-home.ts'
import type { Job } from '../step/job.ts'
import { makeFolder, type OwnFolder, ownFolderAt, planFolder, removeFolder } from '../step/own-folder.ts'
import { parseFolder } from '../step/temporary-folders.ts'
import {
  isLoginId,
  type LoginEntry,
  loginEntry,
  parseLoginEntries,
  withLogins,
  withoutLogins,
  withStoreFor,
} from './config.ts'
import { readDockerConfig, writeDockerConfig } from './config-file.ts'
import { storedAddresses } from './credential-helper.ts'
import { copyDockerFolder, type DockerFolderVariables, dockerFolder, dockerVariables } from './docker-folder.ts'

/** What the post step has to know about an isolated login. */
export interface JobLoginState {
  readonly kind: 'isolated'
  readonly folder: OwnFolder
  /** Distinguishes this login from others of the job in the same folder. */
  readonly id: string
  /** The previous values. */
  readonly before: DockerFolderVariables
}

const PREFIX = 'ecr-login'

/** Parses the state; `undefined` if it is invalid. */
export function parseJobLoginState(value: unknown): JobLoginState | undefined {
  const { kind, id, folder: given, before } = object(value)
  const folder = parseFolder(given)
  const { DOCKER_CONFIG, BUILDX_CONFIG } = object(before)
  if (kind !== 'isolated' || folder === undefined || !isLoginId(id)) return undefined
  if (typeof DOCKER_CONFIG !== 'string' || typeof BUILDX_CONFIG !== 'string') return undefined
  return { kind, folder, id, before: { DOCKER_CONFIG, BUILDX_CONFIG } }
}

/** In the folder of a login that several steps share, one file for each of them lists its hosts. */
const loginsIn = (folder: string): string => join(folder, 'logins')

const configIn = (folder: string): string => join(dockerFolder(folder), 'config.json')

const fileOf = ({ folder, id }: JobLoginState): string => join(loginsIn(folder.path), id)

/** The folder of an earlier step's login, if the job has one. */
function joinedFolder(env: Environment): OwnFolder | undefined {
  const path = dirname(env['DOCKER_CONFIG'] || '/')
  if (env['DOCKER_CONFIG'] !== dockerFolder(path) || !existsSync(loginsIn(path))) return undefined
  return ownFolderAt(path, PREFIX, env)
}

/** Whether an earlier step of this job has created an isolated login. */
export const hasJobLogin = (env: Environment): boolean => joinedFolder(env) !== undefined

/** Limits the user's credential store to its own logins, so that it does not hide logins in the file. */
async function narrowStore(file: string, { exec, runner }: Pick<Job, 'exec' | 'runner'>): Promise<void> {
  const config = readDockerConfig(file)
  const store = config['credsStore']
  if (typeof store !== 'string' || store === '') return
  const addresses = await storedAddresses(exec, store)
  if (addresses !== undefined) writeDockerConfig(file, withStoreFor(config, addresses))
  else {
    runner.notice(
      `The credential store '${store}' of Docker's config.json does not list its logins, so it still serves all other registries. docker finds this login anyway; helm, oras, skopeo and podman do not. List the store's registries under credHelpers instead of credsStore.`,
    )
  }
}

/**
 * Logs in for this step and all later ones of the job, through environment variables. The passwords are stored in a
 * file that only this user can read, so that `DOCKER_CONFIG` is sufficient to use them. Further logins of the job share
 * the folder of the first.
 *
 * @param remember saves what the post step needs; called before anything is written
 * @returns the DOCKER_CONFIG of the later steps
 */
export async function logInForJob(
  logins: ReadonlyMap<string, Authorization>,
  job: Job,
  remember: (state: JobLoginState) => void,
): Promise<string> {
  const { env, runner } = job
  const joined = joinedFolder(env)
  const folder = joined ?? planFolder(PREFIX, env, actionHome(env))
  const state: JobLoginState = { kind: 'isolated', folder, id: randomUUID(), before: dockerVariables(env) }
  remember(state)
  let variables: DockerFolderVariables | undefined
  if (joined === undefined) {
    makeFolder(folder)
    variables = copyDockerFolder(folder.path, env)
    await narrowStore(configIn(folder.path), job)
    mkdirSync(loginsIn(folder.path), { mode: 0o700 })
  }
  // Written atomically: the post step reads it, whenever this step was killed.
  const entries = [...logins].map(([host, { token }]) => loginEntry(host, token))
  writeFileSync(join(folder.path, state.id), JSON.stringify(entries), { mode: 0o600, flag: 'wx' })
  renameSync(join(folder.path, state.id), fileOf(state))
  const config = configIn(folder.path)
  const tokens = new Map([...logins].map(([host, { token }]) => [host, token]))
  writeDockerConfig(config, withLogins(readDockerConfig(config), tokens))
  for (const [name, value] of Object.entries(variables ?? {})) runner.exportVariable(name, value)
  return dockerFolder(folder.path)
}

const entriesIn = (file: string): readonly LoginEntry[] =>
  tryOrUndefined(() => parseLoginEntries(JSON.parse(readFileSync(file, 'utf8')))) ?? []

/** Removes this login from a folder that other logins of the job still use. What remains is removed by the last of them. */
function leave(state: JobLoginState, others: readonly string[], runner: Job['runner']): void {
  const { path } = state.folder
  const used = new Set(others.flatMap((id) => entriesIn(join(loginsIn(path), id))).map(({ host }) => host))
  const ours = entriesIn(fileOf(state)).filter(({ host }) => !used.has(host))
  const works = [
    () => writeDockerConfig(configIn(path), withoutLogins(readDockerConfig(configIn(path)), ours)),
    () => removeFile(fileOf(state)),
  ]
  for (const work of works) {
    try {
      work()
    } catch (error) {
      runner.warning(`This login stays until the last one of the job ends: ${describe(error)}`)
    }
  }
}

/**
 * Reverts `logInForJob`, even if it was incomplete: the last login of a job removes the folder, and restores the
 * previous configuration for the post steps that are still to run.
 */
export function logOutOfJob(state: JobLoginState, { env, runner }: Job): void {
  const { folder, before, id } = state
  const isOurs = ownFolderAt(folder.path, PREFIX, env)?.mark === folder.mark
  const others = (isOurs && tryOrUndefined(() => readdirSync(loginsIn(folder.path)))) || []
  // An empty file is of a login that has ended, and could not remove it.
  const remaining = others.filter((each) => each !== id && entriesIn(join(loginsIn(folder.path), each)).length > 0)
  if (remaining.length > 0) {
    leave(state, remaining, runner)
    return
  }
  const problem = removeFolder(folder, env)
  if (problem !== undefined) runner.warning(`The folder ${folder.path} is left: ${problem}.`)
  if (env['DOCKER_CONFIG'] !== dockerFolder(folder.path)) return
  for (const [name, value] of Object.entries(before)) runner.exportVariable(name, value)
}
