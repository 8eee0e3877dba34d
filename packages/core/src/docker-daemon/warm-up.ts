import { Agent } from 'node:http'
import { Duplex } from 'node:stream'
import type { Endpoint } from './endpoint.ts'
import { type Pong, pongOf, send } from './ping.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nOstype: linux\r\nContent-Length: 2\r\n\r\nOK'

/** A connection with an immediate canned response. */
const canned = (): Duplex =>
  new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      this.push(ANSWER)
      done()
    },
  })

class CannedAgent extends Agent {
  override createConnection(): Duplex {
    return canned()
  }
}

/**
 * Warms up the HTTP parser with a canned response. Node compiles code when it first runs; without this, some
 * milliseconds of compile time would delay the first real response.
 */
export async function warmUp(endpoint: Endpoint, signal: AbortSignal): Promise<Pong | undefined> {
  const agent = new CannedAgent()
  const { proxy: _, ...direct } = endpoint
  const head = await send(direct, agent, '/_ping', signal)
  const pong = pongOf(head)
  await head.body()
  agent.destroy()
  return pong
}
