import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A way to an ECR on which calls wait for each other. */
export interface EcrGate extends AsyncDisposable {
  /** For AWS_ENDPOINT_URL_ECR. */
  readonly endpoint: string
}

/**
 * Holds every call of one operation back until `count` answers with the given text have passed, so that as many clients
 * have seen the same before the first of them acts on it.
 */
export async function startEcrGate(
  endpoint: string,
  gate: { operation: string; text: string; count: number },
): Promise<EcrGate> {
  const open = Promise.withResolvers<void>()
  let seen = 0
  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming)
    if (String(incoming.headers['x-amz-target']).endsWith(`.${gate.operation}`)) await open.promise
    // The header `host` stays as it came, because the signature is over it.
    const onward = request(endpoint, { method: 'POST', path: incoming.url, headers: incoming.headers }).end(body)
    const [answer] = (await once(onward, 'response')) as [IncomingMessage]
    const content = await buffer(answer)
    response.writeHead(answer.statusCode ?? 500, answer.headers).end(content)
    if (content.includes(gate.text)) seen++
    if (seen >= gate.count) open.resolve()
  }
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      open.resolve()
      server.close()
      server.closeAllConnections()
    },
  }
}
