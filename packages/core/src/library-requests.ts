import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** Bytes of one answer; credentials have some thousand. */
const SIZE = 1024 * 1024

/** How often the size of the answers is looked at, in ms. */
const LOOK = 20

const CREATED = 'http.client.request.created'

/** Whose requests are being made. */
const owner = new AsyncLocalStorage<Set<ClientRequest>>()

const note = (message: unknown): void => {
  owner.getStore()?.add((message as { readonly request: ClientRequest }).request)
}

function endLong(requests: ReadonlySet<ClientRequest>): void {
  for (const request of requests) {
    const { socket } = request
    if (socket === null || socket === undefined || socket.bytesRead <= SIZE) continue
    // Most libraries listen for errors of the answer only until it begins.
    socket.on('error', () => undefined).destroy(new Error(`the answer has more than ${SIZE} bytes`))
  }
}

/**
 * Runs work of a library that makes requests of its own with `node:http` and takes no client of ours: the SDK's readers
 * of the metadata service and of the credentials endpoint of a container. They read answers of any length, and a time
 * limit of theirs ends with the headers. An answer that is too long is broken off.
 *
 * @returns ends the requests that are still open when the caller has waited long enough: they would keep the process
 */
export function withRequests<T>(work: () => Promise<T>): { readonly result: Promise<T>; end(): void } {
  const requests = new Set<ClientRequest>()
  subscribe(CREATED, note)
  const watch = setInterval(() => endLong(requests), LOOK).unref()
  const result = owner.run(requests, work)
  return {
    result,
    end() {
      clearInterval(watch)
      unsubscribe(CREATED, note)
      for (const request of requests) request.on('error', () => undefined).destroy()
    },
  }
}
