import { askDaemon, Failure, type Job, type ReadyDaemon, waitForDocker } from '@container-actions/core'

/** The engine, which answers. */
export interface Daemon {
  /** What its API says of itself at `GET /info`; `undefined` where that is no answer. */
  readonly info: Promise<unknown>
}

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo */
async function infoOf({ endpoint, agent }: ReadyDaemon, signal: AbortSignal): Promise<unknown> {
  try {
    const { status, body } = await askDaemon(endpoint, agent, '/info', signal)
    return status === 200 ? JSON.parse(body) : undefined
  } catch {
    return undefined
  } finally {
    agent.destroy()
  }
}

/**
 * Waits for the daemon that the docker CLI will use.
 *
 * @param timeout in milliseconds; 0 does not wait for one that is still to come
 * @throws {Failure} with the cause and its cure
 */
export async function demandDaemon(timeout: number, { env, runner }: Job, signal: AbortSignal): Promise<Daemon> {
  const wanted = { timeout, failFast: true, input: 'wait_for_docker', search: false }
  const found = await waitForDocker(wanted, { env, runner, signal, phase: (_title, work) => work() })
  if (!found.ready) throw new Failure(found.sentence)
  return { info: infoOf(found, signal) }
}
