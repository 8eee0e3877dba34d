import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that replaces GitHub's API. */
export interface FakeGitHub extends AsyncDisposable {
  /** Value for GITHUB_API_URL. */
  readonly url: string
  /** Requests it received, as `GET /path?query` without encoding, in order. */
  readonly calls: readonly string[]
}

export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Replies with JSON, or with 404, as GitHub does, if there is no reply. A promise that never settles leaves the request
 * open.
 * @param address address of this machine
 */
export async function fakeGitHub(
  reply: (call: string, headers: IncomingHttpHeaders) => Reply | undefined | Promise<never>,
  address = '127.0.0.1',
): Promise<FakeGitHub> {
  const calls: string[] = []
  const server = createServer(async (request, response) => {
    const call = `${request.method} ${decodeURIComponent(request.url ?? '')}`
    calls.push(call)
    const {
      status = 200,
      body,
      headers,
    } = (await reply(call, request.headers)) ?? { status: 404, body: { message: 'Not Found' } }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address}:${port}`,
    calls,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
