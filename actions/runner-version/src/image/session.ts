import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { type Environment, reason, type Web, waitForDocker } from '@container-actions/core'
import { EXIT, ExitFailure } from './exit-status.ts'
import { githubClient } from './github-client.ts'
import { type Registry, registryOf } from './registration.ts'
import { configure, forgetRegistration, isRegistered, type Launch, registeredId, runJobs } from './runner-process.ts'
import type { RunnerTree } from './runner-tree.ts'
import { type ImageSettings, runnerEnvironment } from './settings.ts'
import { currentRunner, noteRefused } from './update.ts'

/** What the session needs from its container. */
export interface Container {
  readonly env: Environment
  readonly web: Web
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Time budget for removing a runner, in ms: Docker kills a container ten seconds after the stop signal. */
const REMOVAL = 6_000

const API = 'https://api.github.com'

async function docker({ dockerTimeout }: ImageSettings, { env, signal, say }: Container): Promise<void> {
  if (dockerTimeout === 0) return
  const step = { env, signal, runner: { info: say }, phase: <T>(_: string, work: () => Promise<T>) => work() }
  const wish = { timeout: dockerTimeout, failFast: true, input: 'RUNNER_DOCKER_TIMEOUT', search: true }
  const found = await waitForDocker(wish, step)
  if (!found.ready) {
    throw new ExitFailure('noDocker', `${found.sentence} RUNNER_DOCKER_TIMEOUT=0 starts the runner without Docker.`)
  }
}

/** Removes the registration, which GitHub would show as offline: after a signal, after a failure, or if no job came. */
async function remove(registry: Registry, name: string, isOurs: boolean, folder: string, say: Container['say']) {
  try {
    // Another machine may have a runner with the same name if we did not generate the name.
    await registry.remove({ id: registeredId(folder), name: isOurs ? name : undefined })
    forgetRegistration(folder)
    say(`The runner ${name} is unregistered.`)
  } catch (error) {
    say(`warning: The runner ${name} stays registered: ${reason(error)}`)
  }
}

function judge(status: number, tree: RunnerTree, settings: ImageSettings, say: Container['say']): number {
  if (status === EXIT.refused) {
    noteRefused(settings, tree.version)
    say(`GitHub no longer assigns jobs to runner ${tree.version.text}; the next start checks for a newer one.`)
  }
  if (status !== 0 || !settings.isEphemeral || !isRegistered(tree.folder)) return status
  say('The runner has ended without a job; see what it said above.')
  return EXIT.noJob
}

async function registered(tree: RunnerTree, settings: ImageSettings, launch: Launch, container: Container) {
  const { registration } = settings
  const { web, signal, say, env } = container
  if (registration.kind === 'jit') return judge(await runJobs(launch, registration.config), tree, settings, say)
  const { scope, credential } = registration
  const registryFor = (until: AbortSignal) =>
    registryOf(scope, credential, githubClient(web, env['GITHUB_API_URL'] || scope.apiUrl, until))
  const name = settings.name ?? `${hostname()}-${randomBytes(4).toString('hex')}`
  const token = await registryFor(signal).registrationToken()
  forgetRegistration(tree.folder)
  let mayBeRegistered = true
  try {
    await configure(settings, { scope, name, token }, launch)
    say(`The runner ${name} (${tree.version.text}) is registered at ${scope.url}.`)
    const ended = await runJobs(launch)
    const status = signal.aborted ? ended : judge(ended, tree, settings, say)
    mayBeRegistered = isRegistered(tree.folder)
    return status
  } finally {
    if (mayBeRegistered)
      await remove(registryFor(AbortSignal.timeout(REMOVAL)), name, settings.name === undefined, tree.folder, say)
  }
}

/**
 * Runs one runner, from the version check to the removal of its registration.
 *
 * @returns the exit status
 * @throws {ExitFailure} if it fails before it can run jobs
 */
export async function session(settings: ImageSettings, container: Container): Promise<number> {
  const { env, web, signal, say } = container
  const { registration } = settings
  const isGitHub = registration.kind === 'jit' || registration.scope.isGitHubCom
  const token =
    registration.kind === 'scope' && registration.credential.kind === 'token' && isGitHub
      ? registration.credential.token
      : undefined
  const apiUrl = (isGitHub && env['GITHUB_API_URL']) || API
  const tree = await currentRunner(settings, { web, apiUrl, token, signal, say })
  await docker(settings, container)
  return registered(tree, settings, { folder: tree.folder, env: runnerEnvironment(env), signal }, container)
}
