import type { Agent } from 'node:http'
import type { Environment } from '../base/environment.ts'
import type { DaemonDiagnosis } from './cause.ts'
import { daemonAgent } from './connection.ts'
import { diagnoseAnswer, diagnoseError, diagnoseFile } from './diagnosis.ts'
import type { Endpoint } from './endpoint.ts'
import { type Pong, pongOf, RequestError, send } from './ping.ts'
import { diagnoseProxyAnswer, diagnoseProxyError } from './proxy-diagnosis.ts'
import { isMountedItself, lookAt } from './socket-file.ts'
import type { SocketWatch } from './socket-watch.ts'

/** What one attempt needs from the wait it belongs to. */
export interface AttemptContext {
  readonly env: Environment
  /** Aborts the attempt; its result is then ignored. */
  readonly signal: AbortSignal
  readonly watch: SocketWatch
  /** Called when a connection is attempted. */
  onTry(): void
  /** Called when the connection is accepted. */
  onConnected(): void
}

/** How an attempt ended. */
export type Outcome =
  | {
      readonly kind: 'pong'
      readonly pong: Pong
      /** Holds the connection that responded; the caller destroys it. */
      readonly agent: Agent
    }
  | { readonly kind: 'failed'; readonly diagnosis: DaemonDiagnosis }

const failed = (diagnosis: DaemonDiagnosis): Outcome => ({ kind: 'failed', diagnosis })

/** How long a pending request may miss a new socket if the file system reports no events, in ms. */
const REPLACED_CHECK = 250

/** A restarted daemon listens on a new socket; the old one may stay silent forever. */
async function abortWhenReplaced(
  path: string,
  identity: string,
  watch: SocketWatch,
  replaced: AbortController,
  finished: AbortSignal,
): Promise<void> {
  while (!replaced.signal.aborted) {
    await watch.change(REPLACED_CHECK, finished)
    if (finished.aborted) return
    watch.arm()
    const file = lookAt(path)
    if (file.kind !== 'socket' || file.identity !== identity) replaced.abort()
  }
}

/** A stale socket, or a file, that cannot be replaced because it is itself a mount. */
function refine(path: string, diagnosis: DaemonDiagnosis): DaemonDiagnosis {
  if (diagnosis.cause !== 'socket_stale' && diagnosis.cause !== 'socket_is_file') return diagnosis
  if (!isMountedItself(path)) return diagnosis
  return { cause: 'socket_mount_stale', seen: `${diagnosis.seen}, and it is itself a mount here` }
}

async function ping(endpoint: Endpoint, context: AttemptContext, replaced: AbortSignal): Promise<Outcome> {
  const signal = AbortSignal.any([context.signal, replaced])
  let agent: Agent | undefined
  try {
    agent = daemonAgent(endpoint, context.env, signal)
    const head = await send(endpoint, agent, '/_ping', signal, context.onConnected)
    const pong = pongOf(head)
    if (pong !== undefined) {
      head.drop()
      return { kind: 'pong', pong, agent }
    }
    const answer = { ...head, body: await head.body() }
    agent.destroy()
    return failed(diagnoseProxyAnswer(endpoint, answer) ?? diagnoseAnswer(answer))
  } catch (error) {
    agent?.destroy()
    if (replaced.aborted) {
      return failed({ cause: 'socket_missing', seen: 'was removed or replaced while it was waited for' })
    }
    const cause = error instanceof RequestError ? error : new RequestError(error)
    return failed(diagnoseProxyError(endpoint, cause) ?? diagnoseError(endpoint, cause))
  }
}

/**
 * One connection with one request, which stays pending until the daemon responds: between the bind of its socket and
 * the end of its initialization, the daemon does not respond, so the pending request detects readiness to the
 * millisecond.
 */
export async function attempt(endpoint: Endpoint, context: AttemptContext): Promise<Outcome> {
  const { address } = endpoint
  const replaced = new AbortController()
  const finished = new AbortController()
  if (address.kind === 'unix') {
    const file = lookAt(address.path)
    const seen = diagnoseFile(address.path, file, process.platform)
    if (seen !== undefined) return failed(refine(address.path, seen))
    if (file.kind === 'socket')
      void abortWhenReplaced(address.path, file.identity, context.watch, replaced, finished.signal)
  }
  context.onTry()
  const outcome = await ping(endpoint, context, replaced.signal).finally(() => finished.abort())
  if (address.kind !== 'unix' || outcome.kind === 'pong') return outcome
  return failed(refine(address.path, outcome.diagnosis))
}
