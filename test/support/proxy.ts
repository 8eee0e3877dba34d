import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** An HTTP proxy on this machine, as companies have one, and what went through it. */
export interface Proxy extends AsyncDisposable {
  readonly url: string
  /** Method and target of every request: `POST http://host/`, `CONNECT host:443`. */
  readonly requests: readonly string[]
  /** Bodies of the requests that it could read. */
  readonly bodies: readonly string[]
}

export interface ProxyOptions {
  /** Where tunnels to a `host:port` really go: a port of this machine. Others are refused. */
  readonly tunnels?: Readonly<Record<string, number>>
  /** Ports of this machine that stand in for the hosts of plain HTTP requests; others are looked up. */
  readonly hosts?: Readonly<Record<string, number>>
  /** `user:password` that it asks for. */
  readonly credentials?: string
}

export async function startProxy({ tunnels = {}, hosts = {}, credentials }: ProxyOptions = {}): Promise<Proxy> {
  const requests: string[] = []
  const bodies: string[] = []
  const sockets = new Set<Duplex>()
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const isWelcome = ({ headers }: IncomingMessage) =>
    expected === undefined || headers['proxy-authorization'] === expected

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (isWelcome(request)) forward(request, response, hosts, bodies)
    else response.writeHead(407).end()
  })
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    requests.push(`CONNECT ${request.url}`)
    sockets.add(client)
    const port = tunnels[request.url ?? '']
    if (!isWelcome(request)) return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    if (port === undefined) return void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(target).pipe(client)
    })
    sockets.add(target)
    client.on('error', () => target.destroy())
    target.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    requests,
    bodies,
    url: `http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: Readonly<Record<string, number>>,
  bodies: string[],
): void {
  const { method, url = '', headers } = request
  const { 'proxy-authorization': _, ...own } = headers
  const { hostname } = new URL(url)
  const port = hosts[hostname]
  const stand = port === undefined ? {} : { host: '127.0.0.1', hostname: '127.0.0.1', port }
  const target = httpRequest(url, { method, headers: own, ...stand }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  target.on('error', () => response.writeHead(502).end())
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    // A layer is no text.
    const body = Buffer.concat(parts)
    bodies.push(body.toString())
    target.end(body)
  })
}
