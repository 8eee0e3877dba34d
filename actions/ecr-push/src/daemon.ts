import { Failure, type Job, waitForDocker } from '@container-actions/core'

/**
 * Waits for the daemon that the docker CLI will use.
 *
 * @param timeout in milliseconds; 0 does not wait for one that is still to come
 * @throws {Failure} with the cause and its cure
 */
export async function demandDaemon(timeout: number, { env, runner }: Job, signal: AbortSignal): Promise<void> {
  const wanted = { timeout, failFast: true, input: 'wait_for_docker', search: false }
  const found = await waitForDocker(wanted, { env, runner, signal, phase: (_title, work) => work() })
  if (!found.ready) throw new Failure(found.sentence)
  found.agent.destroy()
}
