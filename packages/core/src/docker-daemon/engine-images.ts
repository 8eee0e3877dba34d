import { Failure, reason } from '../base/failure.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import type { Job } from '../step/job.ts'
import { DaemonAgent } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { currentUser } from './host-state.ts'
import { type Answer, askDaemon, RequestError } from './ping.ts'
import { resolveEndpoints } from './resolve.ts'

/**
 * Image names in the engine, through its API, which responds in a millisecond, whereas a docker command takes fifty:
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image
 */
export interface EngineImages {
  /** The image that `name` refers to, a name or an ID; `undefined` if there is none. */
  find(name: string, options?: EngineCall): Promise<EngineImage | undefined>
  /**
   * Adds a name, `REPOSITORY:TAG`, to an image, and removes it from the image that has it.
   *
   * @returns false if there is no such image
   */
  tag(image: string, name: string, options?: EngineCall): Promise<boolean>
  /**
   * Removes a name, and with its last name the image. The build cache stays, and so do the parents of an image, which
   * are the cache of the classic builder. A missing name is not an error.
   *
   * @throws {Failure} if a container uses an image that has no other name
   */
  remove(name: string, options?: EngineCall): Promise<void>
  /** Closes the connection. The next call opens a new one. */
  close(): void
}

export interface EngineImage {
  readonly id: string
  /** All its names, `REPOSITORY:TAG`. */
  readonly names: readonly string[]
  /** The digests it was pushed or pulled with, `REPOSITORY@DIGEST`. */
  readonly digests: readonly string[]
}

export interface EngineCall {
  /** The call reverts a change of the step, so it also runs in a cancelled job. */
  readonly undoes?: boolean
}

/** Timeout of a reverting call in a job that has little time left, in milliseconds. */
const UNDO_LIMIT = 3_000

/** Encodes a name for a URL path; slashes are kept. */
const pathOf = (name: string): string => name.split('/').map(encodeURIComponent).join('/')

const messageOf = ({ status, body }: Answer): string => {
  const told: { message?: unknown } | undefined = tryOrUndefined(() => JSON.parse(body))
  return typeof told?.message === 'string' ? told.message : `status ${status}`
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []

function imageIn(name: string, body: string): EngineImage {
  const { Id: id, RepoTags: names, RepoDigests: digests } = Object(tryOrUndefined(() => JSON.parse(body)))
  if (typeof id === 'string') return { id, names: textsIn(names), digests: textsIn(digests) }
  throw new Failure(`Docker's engine cannot inspect ${name}: the response is not from an engine. Check DOCKER_HOST.`)
}

/** The system error code of a failure, which does not repeat the address; otherwise its message. */
function codeOf(error: unknown): string {
  const cause = error instanceof RequestError ? error.cause : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : reason(error)
}

/** The engine that the docker CLI uses with the variables that the job has at the first call. */
export function engineImages(job: Pick<Job, 'env' | 'signal'>): EngineImages {
  const { signal } = job
  let open: { readonly endpoint: Endpoint; readonly agent: DaemonAgent; end(): void } | undefined

  const connection = () => {
    if (open !== undefined) return open
    const { env } = job
    const endpoints = resolveEndpoints({}, env, currentUser().uid)
    if ('sentence' in endpoints) throw new Failure(endpoints.sentence)
    const [endpoint] = endpoints
    // Terminates the child process that some connections use.
    const over = new AbortController()
    const agent = new DaemonAgent(endpoint.address, env, over.signal)
    const end = () => {
      agent.destroy()
      over.abort()
    }
    open = { endpoint, agent, end }
    return open
  }

  const close = () => {
    open?.end()
    open = undefined
  }

  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, { undoes }: EngineCall = {}): Promise<Answer> => {
    const limit = undoes ? AbortSignal.timeout(UNDO_LIMIT) : signal
    for (let reused = open !== undefined; ; reused = false) {
      limit.throwIfAborted()
      const { endpoint, agent } = connection()
      try {
        return await askDaemon(endpoint, agent, path, limit, method)
      } catch (error) {
        close()
        if (!undoes) signal.throwIfAborted()
        // The connection may have been closed in the meantime, and each of these calls is idempotent.
        if (reused && !limit.aborted) continue
        throw new Failure(
          `Cannot connect to the Docker daemon at ${endpoint.url} (${codeOf(error)}). Look at the daemon's log.`,
          { cause: error },
        )
      }
    }
  }

  return {
    async find(name, options) {
      const answer = await ask('GET', `/images/${pathOf(name)}/json`, options)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw new Failure(`Docker's engine cannot inspect ${name}: ${messageOf(answer)}`)
      return imageIn(name, answer.body)
    },
    async tag(image, name, options) {
      const at = name.lastIndexOf(':')
      const query = new URLSearchParams({ repo: name.slice(0, at), tag: name.slice(at + 1) })
      const answer = await ask('POST', `/images/${pathOf(image)}/tag?${query}`, options)
      if (answer.status === 404) return false
      if (answer.status !== 201) throw new Failure(`Docker's engine cannot name an image ${name}: ${messageOf(answer)}`)
      return true
    },
    async remove(name, options) {
      const answer = await ask('DELETE', `/images/${pathOf(name)}?noprune=1`, options)
      if (answer.status === 404 || answer.status === 200) return
      throw new Failure(`Docker's engine keeps the image name ${name}: ${messageOf(answer)}`)
    },
    close,
  }
}
