import { formatDuration } from '../base/duration.ts'
import type { Job } from '../step/job.ts'
import { DAEMON_CAUSES, type DaemonCause } from './cause.ts'
import type { EndpointSource, Endpoints } from './endpoint.ts'
import { describeEndpoint } from './endpoint-log.ts'
import { HINTS, hintFor } from './hint.ts'
import { hostReport } from './host-report.ts'
import { currentUser, inspectHost } from './host-state.ts'
import { type ReadyDaemon, type UnreadyDaemon, type WaitOptions, waitForDaemon } from './poll.ts'
import { resolveEndpoints, type Wish } from './resolve.ts'

/** What the wait needs from its environment. */
export interface WaitingStep extends Pick<Job, 'env' | 'signal' | 'phase'> {
  readonly runner: Pick<Job['runner'], 'info'>
}

export interface DockerWait extends Wish, Pick<WaitOptions, 'timeout' | 'failFast'> {
  /** The input with the timeout, for the hint to raise it. */
  readonly input: string
}

/** The course of a wait. */
export interface Waited {
  readonly endpoint: { readonly url: string; readonly source: EndpointSource }
  readonly waitedMs: number
  readonly attempts: number
}

/** The daemon is not ready, and why. */
export interface NoDocker extends Waited {
  readonly ready: false
  readonly cause: DaemonCause
  /** What to change. */
  readonly hint: string
  /** The complete error in one line. */
  readonly sentence: string
}

const ENDS: Readonly<Record<Exclude<UnreadyDaemon['end'], 'once'>, string>> = {
  timeout: 'the time is up',
  hopeless: 'waiting does not cure this',
  cancelled: 'cancelled',
  lost: 'it answered a ping before',
}

/** Suggests a longer timeout if that can help. */
function longer(cause: DaemonCause, end: UnreadyDaemon['end'], input: string): string {
  if (DAEMON_CAUSES[cause] !== 'waits') return ''
  if (end === 'once') return ` If it is still starting, wait for it with '${input}: 60s'.`
  return end === 'timeout' ? ` If it only starts slowly, raise '${input}'.` : ''
}

/**
 * Logs what this machine reveals about a missing daemon, and says what to change.
 *
 * @param input the input that makes the wait longer
 */
export async function explainDaemon(result: UnreadyDaemon, step: WaitingStep, input?: string): Promise<NoDocker> {
  const { endpoint, diagnosis, waitedMs, attempts, end } = result
  const { cause, seen } = diagnosis
  const host = inspectHost(endpoint, step.env)
  await step.phase('What this runner shows', async () => {
    for (const line of hostReport(host)) step.runner.info(line)
  })
  const hint = `${hintFor(cause, host, endpoint.url)}${input === undefined ? '' : longer(cause, end, input)}`
  const after = end === 'once' ? '' : ` after ${formatDuration(waitedMs)}, ${ENDS[end]}`
  const sentence = `Docker is not ready (${cause})${after}: ${endpoint.url} ${seen}. ${hint}`
  return { ready: false, endpoint, waitedMs, attempts, cause, hint, sentence }
}

async function wait(endpoints: Endpoints, { timeout, failFast }: DockerWait, step: WaitingStep) {
  const { env, signal, runner } = step
  const result = await waitForDaemon(endpoints, { timeout, failFast, signal, env, say: runner.info })
  if (!result.ready && result.end === 'cancelled') {
    const { endpoint, diagnosis, waitedMs } = result
    runner.info(`Docker was not ready yet after ${formatDuration(waitedMs)}: ${endpoint.url} ${diagnosis.seen}.`)
    signal.throwIfAborted()
  }
  return result
}

/**
 * Waits until the daemon answers that the environment names, and says what is wrong where it does not. Where nothing
 * names one, it is the first that answers at a known place, also where the docker CLI does not look by itself.
 */
export async function waitForDocker(wanted: DockerWait, step: WaitingStep): Promise<ReadyDaemon | NoDocker> {
  const endpoints = resolveEndpoints(wanted, step.env, currentUser().uid)
  if ('sentence' in endpoints) {
    const { cause, source, sentence } = endpoints
    return {
      ...{ ready: false, endpoint: { url: '', source }, waitedMs: 0, attempts: 0 },
      ...{ cause, hint: HINTS[cause], sentence },
    }
  }
  step.runner.info(describeEndpoint(endpoints))
  const result = await step.phase('Wait for Docker', () => wait(endpoints, wanted, step))
  if (!result.ready) return explainDaemon(result, step, wanted.input)
  step.runner.info(`Docker is ready at ${result.endpoint.url} after ${formatDuration(result.waitedMs)}.`)
  return result
}
