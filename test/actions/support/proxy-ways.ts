/**
 * Runs an action's bundle once for each row of the table of proxies, all in this process, and prints the ways that its
 * requests took as a list in JSON: `node proxy-ways.ts BUNDLE ROWS`, with a list of environments and URLs in JSON. A
 * forward proxy writes down what it is asked for; a connection to anywhere but that proxy is the direct way, and ends
 * at a server of this process.
 */
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, type Server, Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createAuthority } from '../../support/certificates.ts'
import { startProxy } from '../../support/proxy.ts'

interface Row {
  readonly env: Readonly<Record<string, string>>
  readonly url: string
}

const [bundle = '', rows = '[]'] = process.argv.slice(2)
const table: readonly Row[] = JSON.parse(rows)

const listen = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}
/** As a Docker daemon, which is then ready; no other client tries again after what it says. */
const answer: RequestListener = ({ url = '' }, response) => {
  const isDaemon = url.endsWith('/_ping') || url.endsWith('/version')
  response.writeHead(isDaemon ? 200 : 404, {
    'content-type': 'application/json',
    'api-version': '1.41',
    ostype: 'linux',
  })
  response.end('{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}')
}
/** Stands for every host of plain HTTP. */
const origin = await listen(createServer(answer))
/** Stands for every host of HTTPS, with a certificate that nobody trusts who asks for one. */
const folder = mkdtempSync(join(process.env['RUNNER_TEMP'] ?? '/', 'certificates-'))
const { cert, key } = createAuthority(folder, 'authority').issue('stranger')
const stranger = await listen(createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, answer))

const urls = table.map(({ url }) => new URL(url))
/** As a CONNECT and the log of connections name it. */
const addressOf = ({ hostname, port, protocol }: URL) => `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
const proxy = await startProxy({
  hosts: Object.fromEntries(urls.map(({ hostname }) => [hostname, origin])),
  tunnels: Object.fromEntries(urls.map((url) => [addressOf(url), stranger])),
})
const own = new Set([origin, stranger, Number(new URL(proxy.url).port)])

const direct: string[] = []
/** Whether the row of the table is about HTTPS. */
let isTls = false
const connect = Socket.prototype.connect
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  // Node normalizes the arguments into a list before it comes here.
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as [
    { host?: string; port?: number | string; path?: string },
  ]
  if (typeof first.path === 'string' || own.has(Number(first.port))) return connect.apply(this, args as never)
  const host = first.host ?? 'localhost'
  direct.push(`${host.includes(':') ? `[${host}]` : host}:${first.port}`)
  return connect.call(this, {
    host: '127.0.0.1',
    port: isTls || Number(first.port) === 443 ? stranger : origin,
  } as never)
} as typeof connect

const write = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true
process.exit = (() => undefined) as never
process.setMaxListeners(0)
process.argv[1] = bundle
const before = { ...process.env }

const ways: string[] = []
for (const [index, { env }] of table.entries()) {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(
    process.env,
    before,
    JSON.parse(JSON.stringify(env).replaceAll('PROXY_ADDRESS', new URL(proxy.url).host)),
  )
  isTls = urls[index]?.protocol === 'https:'
  const [proxied, straight] = [proxy.requests.length, direct.length]
  await import(`${pathToFileURL(bundle)}?row=${index}`)
  const url = urls[index] as URL
  const isHere = (request: string) => request === `CONNECT ${addressOf(url)}` || request.includes(`//${url.host}/`)
  const found = [
    ...(proxy.requests.slice(proxied).some(isHere) ? ['proxied'] : []),
    ...(direct.slice(straight).includes(addressOf(url)) ? ['direct'] : []),
  ]
  ways.push(found.join(' and ') || 'refused')
}
process.exitCode = 0
write(JSON.stringify(ways), () => process.kill(process.pid, 'SIGKILL'))
