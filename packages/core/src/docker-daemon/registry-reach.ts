import type { Job } from '../step/job.ts'
import { DaemonAgent } from './connection.ts'
import { currentUser } from './host-state.ts'
import { askDaemon } from './ping.ts'
import { resolveEndpoints } from './resolve.ts'

/** How long the engine may take to try, in ms; a push would then go on to find out. */
const LIMIT = 10_000

/** What Go says of a connection that cannot be made: https://pkg.go.dev/net#OpError */
const NO_CONNECTION = /\bdial tcp \S+: (?:connect: )?(connection refused|no route to host|network is unreachable)/

/** Whether a registry is on a loopback address, which is another machine's for everyone who asks from there. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host)

/** Whether `GET /info` tells of an engine that runs without root, and may have a network of its own then. */
export function isRootless(info: unknown): boolean {
  const { SecurityOptions: options } = Object(info)
  return Array.isArray(options) && options.some((option) => /^name=rootless\b/.test(String(option)))
}

/**
 * Has the engine itself ask for an image at a registry, without a login:
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Distribution
 *
 * @param reference the image, which need not be there
 * @returns why the engine gets no connection; `undefined` where it gets one, or where that is not known
 */
export async function unreachedByEngine(
  reference: string,
  { env, signal }: Pick<Job, 'env' | 'signal'>,
): Promise<string | undefined> {
  const endpoints = resolveEndpoints({}, env, currentUser().uid)
  if ('sentence' in endpoints) return undefined
  const [endpoint] = endpoints
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)])
  const agent = new DaemonAgent(endpoint.address, env, limited)
  try {
    const { body } = await askDaemon(endpoint, agent, `/distribution/${reference}/json`, limited)
    return NO_CONNECTION.exec(body)?.[1]
  } catch {
    signal.throwIfAborted()
    return undefined
  } finally {
    agent.destroy()
  }
}
