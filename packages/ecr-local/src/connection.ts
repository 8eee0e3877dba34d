import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/** Thrown if a connection was closed on purpose; nothing more has to be sent. */
export class ConnectionBroken extends Error {}

/**
 * Waits.
 *
 * @throws ConnectionBroken as soon as the client disconnects
 */
export async function pause(response: ServerResponse, milliseconds: number): Promise<void> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  response.once('close', leave)
  try {
    await setTimeout(milliseconds, undefined, { signal: gone.signal })
  } catch {
    throw new ConnectionBroken()
  } finally {
    response.off('close', leave)
  }
}

/**
 * Sends a TCP reset.
 *
 * @returns the error to throw
 */
export function reset(response: ServerResponse): ConnectionBroken {
  response.req.socket.resetAndDestroy()
  response.destroy()
  return new ConnectionBroken()
}

/** Starts the response as usual, then closes the connection after half of its first chunk. */
export function breakInTheMiddle(response: ServerResponse): void {
  const { socket } = response.req
  const write = response.write.bind(response) as (chunk: Uint8Array, done: () => void) => boolean
  const half = (chunk: unknown) => {
    const piece = typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0)
    if (piece.length < 2) {
      response.flushHeaders()
      socket.end(() => socket.destroy())
      return
    }
    // Without its real length, the response would be chunked, and the client could not detect the truncation.
    if (!response.headersSent) response.setHeader('content-length', piece.length)
    write(piece.subarray(0, Math.floor(piece.length / 2)), () => socket.destroy())
  }
  response.write = ((chunk: unknown) => {
    half(chunk)
    return false
  }) as typeof response.write
  response.end = ((chunk: unknown) => {
    half(chunk)
    return response
  }) as typeof response.end
}
