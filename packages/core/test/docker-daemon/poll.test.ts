import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/docker-daemon/endpoint.ts'
import { pauseAfter, type WaitOptions, waitForDaemon } from '../../src/docker-daemon/poll.ts'
import { warmUp } from '../../src/docker-daemon/warm-up.ts'
import { portAt, socketAt } from '../../src/testing.ts'

let folder: string
let servers: Server[]
let connections: Socket[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wait-'))
  servers = []
  connections = []
})
afterEach(async () => {
  for (const socket of connections) socket.destroy()
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  rmSync(folder, { recursive: true })
})

const path = (name: string) => join(folder, name)

const pong: RequestListener = (_request, response) => {
  response.writeHead(200, { 'Api-Version': '1.41', OSType: 'linux' }).end('OK')
}

async function listen(server: Server, at: string | number): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => connections.push(socket))
  await new Promise<void>((listening) => server.listen(at, listening))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Takes connections and says nothing, until `speak`. */
function silent() {
  const server = createServer((request, response) => waiting.push(() => pong(request, response)))
  const waiting: (() => void)[] = []
  return { server, waiting, speak: () => waiting.splice(0).map((answer) => answer()) }
}

const wait = (endpoints: readonly Endpoint[], options: Partial<WaitOptions> = {}) =>
  waitForDaemon(endpoints as [Endpoint], {
    ...{ timeout: 20_000, failFast: true, signal: new AbortController().signal, env: {}, say: () => undefined },
    ...options,
  }).then((result) => {
    if (result.ready) result.agent.destroy()
    return result
  })

describe('waitForDaemon', () => {
  it('leaves one request pending until the daemon answers', async () => {
    const { server, waiting, speak } = silent()
    await listen(server, path('a.sock'))
    const result = wait([socketAt(path('a.sock'))])
    while (waiting.length === 0) await sleep(5)
    await sleep(700)
    expect(connections).toHaveLength(1)
    speak()
    expect(await result).toMatchObject({ ready: true, attempts: 1, pong: { apiVersion: '1.41', podman: false } })
  })

  it('finds a socket whose folders are made while it waits', async () => {
    const socket = path('x/y/docker.sock')
    const result = wait([socketAt(socket)])
    await sleep(100)
    mkdirSync(path('x'))
    await sleep(20)
    mkdirSync(path('x/y'))
    await sleep(100)
    await listen(createServer(pong), socket)
    expect(await result).toMatchObject({ ready: true })
  })

  it('finds a folder that was moved into place, socket and all', async () => {
    mkdirSync(path('old'))
    await listen(createServer(pong), path('old/docker.sock'))
    const result = wait([socketAt(path('new/docker.sock'))])
    await sleep(100)
    renameSync(path('old'), path('new'))
    expect(await result).toMatchObject({ ready: true })
    renameSync(path('new'), path('old'))
  })

  it('turns to the socket of a new daemon while the old one is silent', async () => {
    await listen(silent().server, path('a.sock'))
    const result = wait([socketAt(path('a.sock'))])
    await sleep(100)
    renameSync(path('a.sock'), path('old.sock'))
    await listen(createServer(pong), path('a.sock'))
    expect(await result).toMatchObject({ ready: true, attempts: 2 })
    renameSync(path('a.sock'), path('b.sock'))
    renameSync(path('old.sock'), path('a.sock'))
  })

  it('takes the first of several that answers, in their order', async () => {
    const [first, second, third] = ['1', '2', '3'].map((name) => socketAt(path(name), 'search'))
    await listen(createServer(pong), path('2'))
    await listen(createServer(pong), path('3'))
    const all = [first, second, third] as Endpoint[]
    expect(await wait(all)).toMatchObject({ ready: true, endpoint: second })
    await listen(createServer(pong), path('1'))
    expect(await wait(all)).toMatchObject({ ready: true, endpoint: first })
  })

  it('goes past a dead socket where another answers', async () => {
    const dead = createServer()
    await listen(dead, path('x'))
    renameSync(path('x'), path('1'))
    await new Promise((closed) => dead.close(closed))
    servers.length = 0
    await listen(createServer(pong), path('2'))
    const all = [socketAt(path('0')), socketAt(path('1')), socketAt(path('2'), 'search')]
    expect(await wait(all)).toMatchObject({ ready: true, endpoint: { url: `unix://${path('2')}` } })
  })

  it('finds a port that is opened while it waits', async () => {
    const port = await listen(createServer(pong), 0)
    await new Promise((closed) => servers.pop()?.close(closed))
    const result = wait([portAt(port)])
    await sleep(200)
    await listen(createServer(pong), port)
    expect(await result).toMatchObject({ ready: true })
  })

  it('looks once where nobody wants to wait', async () => {
    const missing = await wait([socketAt(path('none'))], { timeout: 0 })
    expect(missing).toMatchObject({ ready: false, end: 'once', diagnosis: { cause: 'socket_missing' } })
    await listen(createServer(pong), path('a.sock'))
    expect(await wait([socketAt(path('a.sock'))], { timeout: 0 })).toMatchObject({ ready: true, attempts: 1 })
  })

  it('ends at the deadline whatever the daemon does', async () => {
    const { server } = silent()
    await listen(server, path('a.sock'))
    expect(await wait([socketAt(path('a.sock'))], { timeout: 800 })).toMatchObject({
      ...{ ready: false, end: 'timeout', attempts: 1, diagnosis: { cause: 'not_answering' } },
    })
    expect(await wait([socketAt(path('none'))], { timeout: 1 })).toMatchObject({ ready: false, end: 'timeout' })
  })

  it('says what it saw last when it is cancelled', async () => {
    const cancel = new AbortController()
    const result = wait([socketAt(path('none'))], { signal: cancel.signal })
    await sleep(50)
    cancel.abort()
    expect(await result).toMatchObject({ end: 'cancelled', diagnosis: { cause: 'socket_missing' } })
    expect(await wait([socketAt(path('none'))], { signal: cancel.signal })).toMatchObject({ end: 'cancelled' })
  })

  it('gives up at once on what no waiting cures, unless told to wait', async () => {
    mkdirSync(path('folder'))
    expect(await wait([socketAt(path('folder'))])).toMatchObject({ end: 'hopeless', attempts: 0 })
    expect(await wait([socketAt(path('folder'))], { failFast: false, timeout: 300 })).toMatchObject({
      ...{ end: 'timeout', diagnosis: { cause: 'socket_is_folder' } },
    })
  })

  it('goes on past an answer that a proxy gives while the daemon starts', async () => {
    let asked = 0
    const port = await listen(
      createServer((request, response) => {
        if (++asked < 4) response.writeHead(503).end('no server is available')
        else pong(request, response)
      }),
      0,
    )
    expect(await wait([portAt(port)])).toMatchObject({ ready: true, attempts: 4 })
  })

  it('asks below the path of the endpoint', async () => {
    const port = await listen(
      createServer((request, response) => {
        if (request.url === '/docker/_ping') pong(request, response)
        else response.writeHead(404).end()
      }),
      0,
    )
    const endpoint: Endpoint = {
      ...portAt(port),
      address: { kind: 'tcp', host: '127.0.0.1', port, basePath: '/docker' },
    }
    expect(await wait([endpoint])).toMatchObject({ ready: true, attempts: 1 })
  })

  it('knows Podman by its header', async () => {
    const port = await listen(
      createServer((_request, response) => {
        response.writeHead(200, { 'Api-Version': '1.41', 'Libpod-Api-Version': '4.3.1' }).end('OK')
      }),
      0,
    )
    expect(await wait([portAt(port)])).toMatchObject({ ready: true, pong: { podman: true } })
  })

  it('does not take a silent connection that speaks no HTTP for a daemon', async () => {
    const port = await listen(
      createSocketServer((socket) => {
        socket.end('SSH-2.0-OpenSSH_9.2\r\n')
      }),
      0,
    )
    expect(await wait([portAt(port)])).toMatchObject({ end: 'hopeless', diagnosis: { cause: 'not_docker' } })
  })
})

describe('warmUp', () => {
  it('goes all the way to an answer', async () => {
    const { signal } = new AbortController()
    expect(await warmUp(socketAt('/nowhere'), signal)).toMatchObject({ apiVersion: '1.41', os: 'linux' })
  })
})

describe('pauseAfter', () => {
  const refused = { cause: 'connection_refused', seen: '' } as const
  const missing = { cause: 'host_not_found', seen: '' } as const

  it('grows from an instant to a quarter of a second', () => {
    const pauses = [1, 2, 3, 4, 100, 1_000].map((failures) => pauseAfter(failures, portAt(1), refused))
    expect(pauses).toEqual([1, 10, 25, 50, 50, 250])
    expect(pauseAfter(1, portAt(1), missing)).toBe(250)
    expect(pauseAfter(1, { ...portAt(1), address: { kind: 'dial', flags: [] } }, refused)).toBe(1_000)
  })
})
