import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** Maximum size of one response in bytes; credentials have a few thousand. */
const SIZE = 1024 * 1024

/** Interval for checking the size of responses, in ms. */
const LOOK = 20

/** The requests of one operation. */
class Requests {
  readonly #open = new Set<ClientRequest>()
  readonly #watch = setInterval(() => this.#endLong(), LOOK).unref()
  #ended = false

  add(request: ClientRequest): void {
    this.#open.add(request)
    request.once('close', () => this.#open.delete(request))
    // The library retries an aborted request.
    if (this.#ended) process.nextTick(() => end(request))
  }

  #endLong(): void {
    for (const request of this.#open) if ((request.socket?.bytesRead ?? 0) > SIZE) end(request)
  }

  end(): void {
    this.#ended = true
    clearInterval(this.#watch)
    for (const request of this.#open) end(request)
  }
}

/** Libraries listen for errors only until the response begins. */
function end(request: ClientRequest): void {
  request.on('error', () => undefined).destroy()
  request.socket?.destroy()
}

/** The owner of the current requests. */
const owner = new AsyncLocalStorage<Requests>()

let isListening = false

function listen(): void {
  if (isListening) return
  isListening = true
  subscribe('http.client.request.created', (message) => {
    owner.getStore()?.add((message as { readonly request: ClientRequest }).request)
  })
}

/**
 * Runs library code that makes its own requests with `node:http` and does not accept our client: the SDK's readers of
 * the metadata service and of a container's credentials endpoint. They read responses of any length, and their timeout
 * ends with the headers. Oversized responses are aborted.
 *
 * @returns a function that aborts open requests once the caller has waited long enough, because they would keep the
 *   process alive
 */
export function withRequests<T>(work: () => Promise<T>): { readonly result: Promise<T>; end(): void } {
  listen()
  const requests = new Requests()
  return { result: owner.run(requests, work), end: () => requests.end() }
}
