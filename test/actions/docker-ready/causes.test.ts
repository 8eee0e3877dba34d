import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../packages/docker-engine/src/custom.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { AS_NOBODY } from '../../../packages/runner-harness/src/user.ts'
import { openToRunner, useRunnerUser } from '../../support/runner-user.ts'

const CLI = join(import.meta.dirname, '../../../actions/docker-ready/dist/cli.js')

/** In the failed step's line: waiting was given up, or went on to the timeout. */
const GIVEN_UP = 'waiting does not cure this'
const TIME_IS_UP = 'the time is up'

const user = useRunnerUser()
let folder: string
const servers: Server[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causes-'))
  chmodSync(folder, 0o755)
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))))
  rmSync(folder, { recursive: true, force: true })
})

async function listen(server: Server, at: string | number): Promise<number> {
  servers.push(server)
  await new Promise<void>((listening) => server.listen(at, listening))
  if (typeof at === 'string') chmodSync(at, 0o666)
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** One step that is not to find Docker: its outputs, and its one line. */
async function failed(host: string, options: { timeout?: string; env?: Record<string, string> } = {}) {
  await using job = await createJob(user())
  const step = await job.run('docker-ready', {
    with: { host, timeout: options.timeout ?? '1500ms' },
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  expect(step.conclusion, step.log).toBe('failure')
  expect(step.argv, 'no child process').toHaveLength(1)
  const errors = step.annotations.filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(1)
  const message = errors[0]?.message ?? ''
  expect(message).toContain(step.outputs['hint'])
  return { cause: step.outputs['cause'], ready: step.outputs['ready'], message, log: step.log, step }
}

describe('docker-ready on a path', { tags: 'user-077' }, () => {
  it('that does not exist', async () => {
    const { cause, ready, message } = await failed(`unix://${folder}/docker.sock`)
    expect({ cause, ready }).toEqual({ cause: 'socket_missing', ready: 'false' })
    expect(message).toContain(TIME_IS_UP)
    expect(message).toMatch(
      /^Docker is not ready \(socket_missing\) after .* unix:\/\/.*docker\.sock does not exist\. /,
    )
  })

  it('whose folder does not exist', async () => {
    const { cause, message } = await failed(`unix://${folder}/a/b/docker.sock`)
    expect(cause).toBe('folder_missing')
    expect(message).toContain(`the nearest is ${folder}.`)
  })

  it('that is a folder', async () => {
    mkdirSync(join(folder, 'docker.sock'))
    const { cause, message } = await failed(`unix://${folder}/docker.sock`, { timeout: '60s' })
    expect(cause).toBe('socket_is_folder')
    expect(message).toContain(GIVEN_UP)
  })

  it('that is a file', async () => {
    writeFileSync(join(folder, 'docker.sock'), '')
    const { cause, message } = await failed(`unix://${folder}/docker.sock`)
    expect(cause).toBe('socket_is_file')
    expect(message).toContain(TIME_IS_UP)
  })

  it('that is too long', async () => {
    const { cause, message } = await failed(`unix://${folder}/${'x'.repeat(100)}.sock`, { timeout: '60s' })
    expect(cause).toBe('path_too_long')
    expect(message).toMatch(/a path of \d+ bytes; a socket's path is at most 107/)
  })
})

/** Runs the command as a user who owns nothing. */
async function asNobody(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const copy = join(folder, 'cli.mjs')
  copyFileSync(CLI, copy)
  const child = spawn(process.execPath, [...AS_NOBODY, copy, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
    env: { ...process.env, ...env },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [status] = await once(child, 'close')
  return { said, status }
}

describe('docker-ready on a real daemon', () => {
  const engine = useEngine('installed')
  beforeAll(() => openToRunner(engine()))

  for (const tags of ['', 'user-022'])
    it(`that is stopped by SIGSTOP, as ${tags || 'root'}`, { tags: tags === '' ? [] : tags }, async () => {
      engine().kill('SIGSTOP')
      try {
        const { cause, message, log } = await failed(engine().host)
        expect(cause).toBe('not_answering')
        expect(message).toContain(TIME_IS_UP)
        expect(message).toContain(`kill -CONT ${engine().pid}`)
        expect(log).toMatch(new RegExp(`dockerd, process ${engine().pid}, is stopped by a signal \\(SIGSTOP\\)`))
      } finally {
        engine().kill('SIGCONT')
      }
    })

  it('whose socket another user may not open', async () => {
    const { said, status } = await asNobody(['--host', engine().host])
    expect(said).toMatch(/Docker is not ready \(permission_denied\)/)
    expect(said).toContain(GIVEN_UP)
    expect(said).toMatch(
      /The socket belongs to uid 0, gid \d+, mode 0660; this process is uid 65534 with the groups 65534\./,
    )
    expect(status).toBe(1)
  })

  it('whose TLS files another user may not read', async () => {
    for (const name of ['ca.pem', 'cert.pem', 'key.pem']) writeFileSync(join(folder, name), '', { mode: 0o600 })
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder }
    const { said, status } = await asNobody(['--host', 'tcp://127.0.0.1:9'], tls)
    expect(said).toMatch(/Docker is not ready \(permission_denied\)/)
    expect(said).toContain(GIVEN_UP)
    expect(said).toContain(
      `needs the TLS file ${folder}/ca.pem, which user 65534 may not read. Of ${folder}/ca.pem: it belongs to root and has mode 0600. Run 'sudo chown -R 65534:65534 ${folder}/ca.pem'.`,
    )
    expect(status).toBe(1)
  })

  it('that was killed, and left its socket', { tags: 'user-077' }, async () => {
    engine().kill('SIGKILL')
    const { cause, message } = await failed(engine().host)
    expect(cause).toBe('socket_stale')
    expect(message).toContain(TIME_IS_UP)
  })
})

describe('docker-ready on something else', { tags: 'user-022' }, () => {
  it('that closes every connection', async () => {
    await listen(
      createServer((socket) => socket.resume().end()),
      join(folder, 'docker.sock'),
    )
    expect(await failed(`unix://${folder}/docker.sock`)).toMatchObject({ cause: 'connection_closed' })
  })

  it('that is a web server', async () => {
    const port = await listen(
      createHttpServer((_request, response) => response.writeHead(404, { Server: 'nginx/1.2' }).end('<h1>gone')),
      0,
    )
    const { cause, message } = await failed(`tcp://127.0.0.1:${port}`, { timeout: '60s' })
    expect(cause).toBe('not_docker')
    expect(message).toContain(GIVEN_UP)
    expect(message).toContain('not a Docker API (nginx/1.2): it answers 404')
  })

  it('that is a proxy without a daemon behind it', async () => {
    const port = await listen(
      createHttpServer((_request, response) => response.writeHead(503).end('no server is available')),
      0,
    )
    const { cause, message } = await failed(`tcp://127.0.0.1:${port}`)
    expect(cause).toBe('daemon_error')
    expect(message).toContain('answers 503: no server is available')
  })

  it('that is a port nobody listens on', async () => {
    const { cause } = await failed(`tcp://127.0.0.1:${await freePort()}`)
    expect(cause).toBe('connection_refused')
  })

  it('that is a name which does not resolve', async () => {
    const { cause, message } = await failed('tcp://no-such-host.invalid:2375', { timeout: '5s' })
    expect(cause).toBe('host_not_found')
    expect(message).toContain(TIME_IS_UP)
  })

  it('that nobody is meant to reach', async () => {
    // TEST-NET-1 (RFC 5737); a sandbox without any route says so at once, elsewhere the connection request is lost.
    const { cause } = await failed('tcp://192.0.2.1:2375', { timeout: '6s' })
    expect(['host_unreachable', 'connection_refused']).toContain(cause)
  })

  it('with a runner that has no Docker by design', async () => {
    const env = { ACTIONS_RUNNER_CONTAINER_HOOKS: '/home/runner/k8s/index.js' }
    const { message } = await failed(`unix://${folder}/docker.sock`, { env })
    expect(message).toMatch(/no Docker by design/)
  })

  it('cannot be told to wait for two things, nor for nonsense', async () => {
    await using job = await createJob(user())
    const both = await job.run('docker-ready', { with: { host: 'tcp://a', context: 'b', timeout: 'soon' } })
    expect(both.annotations.map(({ message }) => message)).toEqual([
      "Only one of the inputs 'host' and 'context' can be set; they are 'tcp://a' and 'b'. Input 'timeout' must be a duration like 90s, 2m or 1h30m; it is 'soon'.",
    ])
    const wrong = await job.run('docker-ready', { with: { context: 'nope' } })
    expect(wrong.outputs).toMatchObject({ ready: 'false', cause: 'context_missing' })
    const optional = await job.run('docker-ready', { with: { host: 'http://a', required: false } })
    expect(optional).toMatchObject({ conclusion: 'success', outputs: { ready: 'false', cause: 'host_invalid' } })
    expect(optional.annotations).toMatchObject([{ level: 'warning' }])
  })
})
