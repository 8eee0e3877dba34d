import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Call, Outcome } from '../support/github-get.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Each call has a process of its own: the client reads its environment once, when it is loaded. */
async function get(env: Readonly<Record<string, string>>, call: Call): Promise<Outcome> {
  const script = join(import.meta.dirname, '../support/github-get.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(call)], {
    env: { PATH: process.env['PATH'], ...env },
  })
  return JSON.parse(stdout) as Outcome
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

/** An API that gives one answer to everything, and keeps what it was asked. */
async function api(body: string, status = 200, headers: Readonly<Record<string, string>> = JSON_TYPE) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    response.writeHead(status, headers).end(body)
  })
  const port = await listen(server)
  return { requests, port, env: { GITHUB_API_URL: `http://127.0.0.1:${port}` } }
}

/** A proxy that hands everything on to one port, and keeps what it was asked for. */
async function proxy(port: number) {
  const connects: string[] = []
  const server = createServer(({ url = '', headers }, response) => {
    connects.push(url)
    request({ port, host: '127.0.0.1', path: new URL(url).pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    }).end()
  })
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    connects.push(request.url ?? '')
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client).pipe(upstream)
    })
    const end = () => {
      upstream.destroy()
      client.destroy()
    }
    upstream.on('error', end).on('close', end)
    client.on('error', end).on('close', end)
  })
  return { connects, url: `http://127.0.0.1:${await listen(server)}` }
}

describe('an answer', () => {
  test('comes from GITHUB_API_URL, with the token, to a route with its parameters encoded', async () => {
    const { requests, env } = await api('[{"number":1}]')
    const parameters = { owner: 'octo', repo: 'app', name: 'a/#b', head: 'eve:x y', state: 'all' }
    const call = { route: '/repos/{owner}/{repo}/branches/{name}', parameters }
    expect(await get({ GITHUB_API_URL: `${env.GITHUB_API_URL}/api/v3` }, call)).toEqual({ data: [{ number: 1 }] })
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v3/repos/octo/app/branches/a%2F%23b?head=eve%3Ax%20y&state=all',
    ])
    expect(requests[0]?.headers.authorization).toBe('token ghs_test')
  })

  test('is JSON also when it does not say so', async () => {
    const { env } = await api('{"number":1}', 200, {})
    expect(await get(env, { route: '/x' })).toEqual({ data: { number: 1 } })
  })
})

describe('no answer', () => {
  test('is one line with the status and what GitHub says', async () => {
    const { env } = await api('{"message":"Resource not accessible\\nby integration"}', 403)
    expect(await get(env, { route: '/x' })).toEqual({
      error: "GitHub's API answered 403: Resource not accessible by integration.",
      status: 403,
      isApiError: true,
    })
  })

  test('is a page that is not valid JSON', async () => {
    const { env } = await api('<h1>Sign in</h1>', 200, { 'content-type': 'text/html' })
    expect(await get(env, { route: '/x' })).toEqual({ error: "GitHub's API did not return JSON.", isApiError: true })
  })

  test('is nobody there', async () => {
    const { port, env } = await api('')
    const closed = createServer()
    const free = await listen(closed)
    await new Promise((resolve) => closed.close(resolve))
    expect(free).not.toBe(port)
    const { error, isApiError } = await get({ ...env, GITHUB_API_URL: `http://127.0.0.1:${free}` }, { route: '/x' })
    expect(isApiError).toBe(true)
    expect(error).toMatch(/^GitHub's API cannot be reached: .*ECONNREFUSED.*\.$/)
  })

  test('is one that takes too long', async () => {
    const port = await listen(createServer(() => undefined))
    const outcome = await get({ GITHUB_API_URL: `http://127.0.0.1:${port}` }, { route: '/x', timeout: 200 })
    expect(outcome).toEqual({
      error: "GitHub's API cannot be reached: no complete answer within 0.2 s.",
      isApiError: true,
    })
  })

  test('in a cancelled job is the cancellation', async () => {
    const port = await listen(createServer(() => undefined))
    const outcome = await get({ GITHUB_API_URL: `http://127.0.0.1:${port}` }, { route: '/x', cancelAfter: 300 })
    expect(outcome).toEqual({ error: 'Error: cancelled', isApiError: false })
  })
})

describe('a proxy', () => {
  /** A host that only the proxy knows: local addresses never go through one. */
  const HOST = 'api.github.invalid'

  test('is used for http', async () => {
    const { requests, port } = await api('{"number":1}')
    const { connects, url } = await proxy(port)
    const outcome = await get({ GITHUB_API_URL: `http://${HOST}`, HTTP_PROXY: url }, { route: '/x' })
    expect(outcome).toEqual({ data: { number: 1 } })
    expect(connects).toEqual([`http://${HOST}/x`])
    expect(requests.map((request) => request.headers.host)).toEqual([HOST])
  })

  test('is used for https', async () => {
    const { port } = await api('')
    const { connects, url } = await proxy(port)
    const outcome = await get({ GITHUB_API_URL: `https://${HOST}`, HTTPS_PROXY: url }, { route: '/x' })
    expect(outcome.isApiError).toBe(true)
    expect(connects).toEqual([`${HOST}:443`])
  })

  test('is not used for the hosts of NO_PROXY', async () => {
    const { port } = await api('{"number":1}')
    const { connects, url } = await proxy(port)
    const env = { GITHUB_API_URL: `http://${HOST}`, HTTP_PROXY: url, NO_PROXY: 'example.com,github.invalid' }
    expect((await get(env, { route: '/x' })).isApiError).toBe(true)
    expect(connects).toEqual([])
  })
})
