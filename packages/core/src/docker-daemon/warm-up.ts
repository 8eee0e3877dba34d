import { Agent } from 'node:http'
import { Duplex } from 'node:stream'
import type { Endpoint } from './endpoint.ts'
import { type Pong, pongOf, send } from './ping.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nOstype: linux\r\nContent-Length: 2\r\n\r\nOK'

/** A connection on which the answer is there as soon as something was asked. */
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
 * Takes one made-up answer from the parser to its reader. Node compiles code when it first runs; without this the time
 * for that, some milliseconds, falls between the daemon's answer and the moment at which we notice it.
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
