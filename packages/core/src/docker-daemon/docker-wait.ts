import { formatDuration } from '../duration.ts'
import type { Job } from '../job.ts'
import type { DaemonCause } from './cause.ts'
import type { EndpointSource, Endpoints } from './endpoint.ts'
import { describeEndpoint } from './endpoint-log.ts'
import { evidenceLines } from './evidence.ts'
import { HINTS, hintFor } from './hint.ts'
import { resolveEndpoints, type Wish } from './resolve.ts'
import { currentUser, lookAround } from './scene.ts'
import { type ReadyDaemon, type UnreadyDaemon, type WaitOptions, waitForDaemon } from './wait.ts'

/** What the wait needs of what it runs in. */
export interface WaitingStep extends Pick<Job, 'env' | 'signal' | 'phase'> {
  readonly runner: Pick<Job['runner'], 'info'>
}

export interface DockerWait extends Wish, Pick<WaitOptions, 'timeout' | 'failFast'> {
  /** The input that holds the timeout, for the hint to raise it. */
  readonly input: string
}

/** How a wait went. */
export interface Waited {
  readonly endpoint: { readonly url: string; readonly source: EndpointSource }
  readonly waitedMs: number
  readonly attempts: number
}

/** That there is no daemon, and why. */
export interface NoDocker extends Waited {
  readonly ready: false
  readonly cause: DaemonCause
  /** What to change. */
  readonly hint: string
  /** All of it in one line. */
  readonly sentence: string
}

const ENDS: Readonly<Record<UnreadyDaemon['end'], string>> = {
  timeout: 'the time is up',
  hopeless: 'waiting does not cure this',
  cancelled: 'cancelled',
  lost: 'it answered a ping before',
}

/**
 * Shows in the log what this machine tells about a daemon that is not there, and says what to change.
 *
 * @param input where the time was up: what makes it longer
 */
export async function explainDaemon(result: UnreadyDaemon, step: WaitingStep, input?: string): Promise<NoDocker> {
  const { endpoint, diagnosis, waitedMs, attempts, end } = result
  const { cause, seen } = diagnosis
  const scene = lookAround(endpoint, step.env)
  await step.phase('What this runner shows', async () => {
    for (const line of evidenceLines(scene)) step.runner.info(line)
  })
  const slow = end === 'timeout' && input !== undefined ? ` If it only starts slowly, raise '${input}'.` : ''
  const hint = `${hintFor(cause, scene, endpoint.url)}${slow}`
  const sentence = `Docker is not ready (${cause}) after ${formatDuration(waitedMs)}, ${ENDS[end]}: ${endpoint.url} ${seen}. ${hint}`
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

/** Finds the daemon that the docker CLI would use, and waits until it answers; says what is wrong where it does not. */
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
