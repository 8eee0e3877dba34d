import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Authorization } from './ecr.ts'
import type { Environment } from './environment.ts'
import { dockerFolder, existingLogin, isolatedLogin } from './isolated-login.ts'
import type { Job } from './job.ts'
import { userDockerFolder } from './user-docker-folder.ts'

/** What the post step has to know of an isolated login. */
export interface JobLoginState {
  readonly kind: 'isolated'
  readonly folder: string
  /** Tells this login from others of the job in the same folder. */
  readonly id: string
  /** What Docker used before. */
  readonly before: { readonly DOCKER_CONFIG: string; readonly BUILDX_CONFIG: string }
}

/** In the folder of a login that steps share, a file for each of them names its hosts. */
const loginsIn = (folder: string): string => join(folder, 'logins')

const fileOf = ({ folder, id }: JobLoginState): string => join(loginsIn(folder), id)

/** The folder of an earlier step's login, where the job has one. */
function joinedFolder(env: Environment): string | undefined {
  const folder = dirname(env['DOCKER_CONFIG'] || '/')
  return env['DOCKER_CONFIG'] === dockerFolder(folder) && existsSync(loginsIn(folder)) ? folder : undefined
}

/** Whether an earlier step of this job has made an isolated login. */
export const hasJobLogin = (env: Environment): boolean => joinedFolder(env) !== undefined

/**
 * Logs in for this step and all later ones of the job, by variables that they get. The second login of a job goes into
 * the folder of the first.
 *
 * @param remember keeps what the post step needs; called before anything is written
 * @returns the DOCKER_CONFIG of the later steps
 */
export function logInForJob(
  logins: ReadonlyMap<string, Authorization>,
  job: Job,
  remember: (state: JobLoginState) => void,
): string {
  const { env, runner } = job
  const joined = joinedFolder(env)
  const folder = joined ?? join(env['RUNNER_TEMP'] || tmpdir(), `ecr-login-${randomBytes(6).toString('hex')}`)
  const original = userDockerFolder(env)
  const before = { DOCKER_CONFIG: original, BUILDX_CONFIG: env['BUILDX_CONFIG'] || join(original, 'buildx') }
  const state: JobLoginState = { kind: 'isolated', folder, id: randomUUID(), before }
  remember(state)
  if (joined === undefined) mkdirSync(folder, { mode: 0o700 })
  const login = joined === undefined ? isolatedLogin(folder, env) : existingLogin(folder, before.BUILDX_CONFIG)
  mkdirSync(loginsIn(folder), { recursive: true, mode: 0o700 })
  // There or not there, never half of it: the post step reads it, whenever this one was killed.
  writeFileSync(join(folder, state.id), JSON.stringify([...logins.keys()]), { mode: 0o600 })
  renameSync(join(folder, state.id), fileOf(state))
  login.set(logins)
  if (joined === undefined) {
    for (const [name, value] of Object.entries(login.env)) runner.exportVariable(name, value)
    runner.addPath(login.bin)
  }
  return login.env.DOCKER_CONFIG
}

const hostsIn = (file: string): string[] => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [])

/**
 * Undoes `logInForJob`, however far it came: the last login of a job takes the folder with it, and gives the steps that
 * still clean up the configuration that they had before.
 */
export function logOutOfJob(state: JobLoginState, { env, runner }: Job): void {
  const { folder, before } = state
  const hosts = hostsIn(fileOf(state))
  rmSync(fileOf(state), { force: true })
  const others = existsSync(loginsIn(folder)) ? readdirSync(loginsIn(folder)) : []
  if (others.length > 0) {
    const used = new Set(others.flatMap((id) => hostsIn(join(loginsIn(folder), id))))
    existingLogin(folder, before.BUILDX_CONFIG).remove(hosts.filter((host) => !used.has(host)))
    return
  }
  rmSync(folder, { recursive: true, force: true })
  if (env['DOCKER_CONFIG'] !== dockerFolder(folder)) return
  for (const [name, value] of Object.entries(before)) runner.exportVariable(name, value)
}
