import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { AS_NOBODY } from '../../../packages/runner-harness/src/user.ts'

let folder: string
let server: Server
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'late-'))
  chmodSync(folder, 0o755)
  server = createServer((_request, response) => response.writeHead(200, { 'Api-Version': '1.41' }).end('{}'))
})
afterEach(() => {
  server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
})

const listen = (at: string | number) => new Promise<void>((listening) => server.listen(at, listening))

/** The command form, started; `waiting` when it says what it waits for. */
function start(command: readonly string[], args: readonly string[]) {
  const [program = '', ...rest] = command
  const child = spawn(program, [...rest, ...args], { cwd: '/', env: { PATH: process.env['PATH'] } })
  child.stdin.end()
  let said = ''
  const waiting = new Promise<void>((begun) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('Endpoint')) begun()
    })
  })
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, said }))
  return { waiting: Promise.race([waiting, ended]), ended }
}

function copyOfCommand(): string {
  const copy = join(folder, 'cli.mjs')
  copyFileSync(join(REPOSITORY, 'actions/docker-ready/dist/cli.js'), copy)
  return copy
}

describe.skipIf(process.getuid?.() !== 0)('docker-ready, as root on this machine,', () => {
  it('waits for a socket that may not be opened yet', async () => {
    const socket = join(folder, 'docker.sock')
    await listen(socket)
    chmodSync(socket, 0)
    const command = [process.execPath, ...AS_NOBODY, copyOfCommand()]
    const { waiting, ended } = start(command, ['--host', `unix://${socket}`])
    await waiting
    await sleep(300)
    chmodSync(socket, 0o666)
    expect(await ended).toMatchObject({ status: 0, said: expect.stringContaining('Docker is ready at') })
  })

  it('waits for a name that is not in DNS yet', async (context) => {
    const { status } = spawnSync('unshare', ['--mount', 'true'])
    context.skip(status !== 0, 'this process may not have a mount namespace of its own')
    await listen(0)
    const { port } = server.address() as AddressInfo
    const hosts = join(folder, 'hosts')
    writeFileSync(hosts, '127.0.0.1 localhost\n')
    const prepare = ['unshare', '--mount', 'sh', '-ec', `mount --bind ${hosts} /etc/hosts; exec "$@"`, 'sh']
    const { waiting, ended } = start(
      [...prepare, process.execPath, copyOfCommand()],
      ['--host', `tcp://late-docker:${port}`],
    )
    await waiting
    await sleep(700)
    appendFileSync(hosts, '127.0.0.1 late-docker\n')
    expect(await ended).toMatchObject({
      status: 0,
      said: expect.stringContaining('Docker is ready at tcp://late-docker:'),
    })
  })
})

describe('docker-ready', () => {
  it('says every ten seconds what it waits for', async () => {
    await using job = await createJob()
    const host = `unix://${folder}/docker.sock`
    const step = await job.run('docker-ready', { with: { host, timeout: '11s' } })
    expect(step.log.match(/^Still waiting: .*$/gm)).toEqual([`Still waiting: ${host} does not exist.`])
  })
})
