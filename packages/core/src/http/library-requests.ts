import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** Bytes of one answer; credentials have some thousand. */
const SIZE = 1024 * 1024

/** How often the size of the answers is looked at, in ms. */
const LOOK = 20

/** The requests of one piece of work. */
class Requests {
  readonly #open = new Set<ClientRequest>()
  readonly #watch = setInterval(() => this.#endLong(), LOOK).unref()
  #ended = false

  add(request: ClientRequest): void {
    this.#open.add(request)
    request.once('close', () => this.#open.delete(request))
    // The library retries what was ended.
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

/** Libraries listen for errors only until the answer begins. */
function end(request: ClientRequest): void {
  request.on('error', () => undefined).destroy()
  request.socket?.destroy()
}

/** Whose requests are being made. */
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
 * Runs work of a library that makes requests of its own with `node:http` and takes no client of ours: the SDK's readers
 * of the metadata service and of the credentials endpoint of a container. They read answers of any length, and a time
 * limit of theirs ends with the headers. An answer that is too long is broken off.
 *
 * @returns ends what is still open when the caller has waited long enough, and would keep the process from its end
 */
export function withRequests<T>(work: () => Promise<T>): { readonly result: Promise<T>; end(): void } {
  listen()
  const requests = new Requests()
  return { result: owner.run(requests, work), end: () => requests.end() }
}
