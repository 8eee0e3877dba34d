import type { Agent } from 'node:http'
import type { Environment } from '../base/environment.ts'
import { attempt, type Outcome } from './attempt.ts'
import type { DaemonCause, DaemonDiagnosis } from './cause.ts'
import type { Endpoint, Endpoints } from './endpoint.ts'
import type { Pong } from './ping.ts'
import { Progress } from './progress.ts'
import { lookAt } from './socket-file.ts'
import { type SocketWatch, watchSockets } from './socket-watch.ts'
import { warmUp } from './warm-up.ts'

export interface WaitOptions {
  /** In milliseconds; no attempt takes longer. 0 checks once, and only waits for the response to that. */
  readonly timeout: number
  /** Ends the wait as soon as it cannot succeed any more. */
  readonly failFast: boolean
  readonly signal: AbortSignal
  readonly env: Environment
  /** Called every 10 s with a line that says what is being waited for. */
  say(line: string): void
}

interface Spent {
  readonly endpoint: Endpoint
  readonly waitedMs: number
  readonly attempts: number
}

export interface ReadyDaemon extends Spent {
  readonly ready: true
  readonly pong: Pong
  /** Holds the connection that responded; the caller destroys it. */
  readonly agent: Agent
}

export interface UnreadyDaemon extends Spent {
  readonly ready: false
  readonly diagnosis: DaemonDiagnosis
  /**
   * `hopeless`: waiting would not help. `cancelled`: the signal was aborted. `lost`: it had been ready. `once`: it was
   * checked once.
   */
  readonly end: 'timeout' | 'hopeless' | 'cancelled' | 'lost' | 'once'
}

const REPORT_EVERY = 10_000

/** Response timeout of the single check made when `timeout` is 0, in ms. */
const LOOK = 15_000

/** Causes with a responding server, which may log each attempt, or with a DNS query. */
const ANSWERED: ReadonlySet<DaemonCause> = new Set([
  'host_not_found',
  'not_docker',
  'daemon_error',
  'tls_expected',
  'tls_not_spoken',
  'tls_unknown_ca',
  'tls_name_mismatch',
  'tls_certificate_expired',
  'tls_certificate_not_yet_valid',
  'tls_client_certificate_missing',
  'tls_client_certificate_rejected',
])

/**
 * The delay after the nth consecutive failure, in ms. Short at first, because a socket refuses connections for an
 * instant between bind() and listen(). Later it is the polling interval for a port, or for a file system without
 * events.
 */
export function pauseAfter(failures: number, { address }: Endpoint, { cause }: DaemonDiagnosis): number {
  if (address.kind === 'dial') return 1_000
  if (ANSWERED.has(cause)) return 250
  return [1, 10, 25][failures - 1] ?? (failures < 200 ? 50 : 250)
}

/** The endpoints that are worth a connection now: of several, those whose socket exists, otherwise the first. */
function worthTrying(endpoints: Endpoints): Endpoints {
  const [first, ...more] = endpoints.filter(
    ({ address }) => address.kind === 'unix' && lookAt(address.path).kind === 'socket',
  )
  return endpoints.length === 1 || first === undefined ? [endpoints[0]] : [first, ...more]
}

/** Tries each endpoint once, in order; the failure of the best one is reported. */
async function round(
  endpoints: Endpoints,
  progress: Progress,
  options: WaitOptions,
  watch: SocketWatch,
  over: AbortSignal,
): Promise<{ endpoint: Endpoint; outcome: Outcome }> {
  let best: { endpoint: Endpoint; outcome: Outcome } | undefined
  for (const endpoint of worthTrying(endpoints)) {
    const outcome = await attempt(endpoint, {
      env: options.env,
      signal: over,
      watch,
      onTry: () => {
        progress.attempts++
      },
      onConnected: () => progress.connected(endpoint),
    })
    if (outcome.kind === 'pong' || over.aborted) return { endpoint, outcome }
    best ??= { endpoint, outcome }
  }
  return best as { endpoint: Endpoint; outcome: Outcome }
}

async function loop(
  endpoints: Endpoints,
  options: WaitOptions,
  progress: Progress,
  over: AbortSignal,
  started: number,
): Promise<ReadyDaemon | UnreadyDaemon> {
  const spent = () => ({ waitedMs: Math.round(performance.now() - started), attempts: progress.attempts })
  const notReady = (end: UnreadyDaemon['end']): UnreadyDaemon => {
    const { endpoint, diagnosis } = progress
    return { ready: false, end, endpoint, diagnosis, ...spent() }
  }
  let warmedUp = false
  const watch = watchSockets(endpoints.flatMap(({ address }) => (address.kind === 'unix' ? [address.path] : [])))
  try {
    while (!over.aborted) {
      watch.arm()
      const { endpoint, outcome } = await round(endpoints, progress, options, watch, over)
      if (outcome.kind === 'pong') {
        const { pong, agent } = outcome
        return { ready: true, endpoint, pong, agent, ...spent() }
      }
      if (over.aborted) break
      progress.failed(endpoint, outcome.diagnosis)
      if (options.timeout === 0) return notReady('once')
      // An unusable socket at another well-known path says nothing about the one that may still appear.
      if (options.failFast && endpoint === endpoints[0] && progress.hopeless) return notReady('hopeless')
      if (!warmedUp) await warmUp(endpoint, over).catch(() => undefined)
      warmedUp = true
      if (await watch.change(pauseAfter(progress.failures, endpoint, outcome.diagnosis), over)) progress.failures = 0
    }
    return notReady(options.signal.aborted ? 'cancelled' : options.timeout === 0 ? 'once' : 'timeout')
  } finally {
    watch.close()
  }
}

/**
 * Waits until a daemon responds to a ping, which it does only once it is fully initialized. Never longer than the
 * timeout.
 */
export async function waitForDaemon(endpoints: Endpoints, options: WaitOptions): Promise<ReadyDaemon | UnreadyDaemon> {
  const started = performance.now()
  const over = new AbortController()
  const end = () => over.abort()
  const progress = new Progress(endpoints[0])
  const deadline = setTimeout(end, options.timeout || LOOK)
  const report = setInterval(
    () => options.say(`Still waiting: ${progress.endpoint.url} ${progress.diagnosis.seen}.`),
    REPORT_EVERY,
  )
  options.signal.addEventListener('abort', end, { once: true })
  if (options.signal.aborted) end()
  try {
    return await loop(endpoints, options, progress, over.signal, started)
  } finally {
    clearTimeout(deadline)
    clearInterval(report)
    options.signal.removeEventListener('abort', end)
  }
}
