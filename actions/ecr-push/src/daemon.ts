import { type DaemonJob, Failure, queryDaemon, type ReadyDaemon, waitForDocker } from '@container-actions/core'

/** A responding engine. */
export interface Daemon {
  /** The response of its API to `GET /info`; `undefined` if there is no valid one. */
  readonly info: Promise<unknown>
}

/** Timeout for the engine to describe itself, in ms; the build can do without it. */
const LIMIT = 10_000

async function answerOf({ endpoint, agent }: ReadyDaemon, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)])
    const answer = await queryDaemon(endpoint, agent, path, limited)
    return answer.kind === 'object' ? answer.fields : undefined
  } catch {
    return undefined
  }
}

async function readyDaemon(timeout: number, { job, use }: DaemonJob, signal: AbortSignal): Promise<ReadyDaemon> {
  const { env, runner } = job
  const wanted = { timeout, failFast: true, input: 'wait_for_docker' }
  const found = await waitForDocker(wanted, { env, runner, signal, phase: (_title, work) => work() })
  if (!found.ready) throw new Failure(found.sentence)
  use(found.endpoint)
  return found
}

/**
 * Waits for the daemon that the docker commands of the step will use.
 *
 * @param timeout in milliseconds; 0 does not wait for a daemon that is still starting
 * @throws {Failure} with the cause and what to change
 */
export async function requireDaemon(timeout: number, job: DaemonJob, signal: AbortSignal): Promise<Daemon> {
  const found = await readyDaemon(timeout, job, signal)
  // https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo
  return { info: answerOf(found, '/info', signal).finally(() => found.agent.destroy()) }
}

/**
 * The platform of the engine, such as `linux/amd64`; `undefined` if it does not report it. Waits like `requireDaemon`.
 *
 * @throws {Failure} with the cause and what to change
 */
export async function enginePlatform(timeout: number, given: DaemonJob): Promise<string | undefined> {
  const { signal } = given.job
  const found = await readyDaemon(timeout, given, signal)
  try {
    // https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemVersion
    const { Os: os, Arch: arch } = Object(await answerOf(found, '/version', signal))
    return typeof os === 'string' && typeof arch === 'string' ? `${os}/${arch}` : undefined
  } finally {
    found.agent.destroy()
  }
}
