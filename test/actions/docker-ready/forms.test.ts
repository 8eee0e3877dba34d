import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { nodeVersions } from './support/node-versions.ts'

const NODES = nodeVersions()

interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forms-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Starts one file alone, as it lies in an image or a ConfigMap: no package.json, no node_modules beside it. */
function start(node: string, form: 'hook' | 'cli', args: readonly string[], env: Record<string, string> = {}) {
  const script = join(folder, `${form}.js`)
  copyFileSync(join(REPOSITORY, `actions/docker-ready/dist/${form}.js`), script)
  const child = spawn(node, [script, ...args], { env: { PATH: process.env['PATH'], HOME: folder, ...env }, cwd: '/' })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const ended = once(child, 'close').then(([status, signal]): Ended => ({ status, signal, ...said }))
  return { child, said, ended }
}

const run = (...args: Parameters<typeof start>): Promise<Ended> => {
  const { child, ended } = start(...args)
  child.stdin.end()
  return ended
}

async function until(child: ChildProcess, said: () => string, text: string): Promise<void> {
  while (!said().includes(text)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended without '${text}': ${said()}`)
    await new Promise((later) => setTimeout(later, 10))
  }
}

describe('Node for the hook and the command', () => {
  it.each([20, 24])('is here in version %i', (major) => {
    if (process.env['REQUIRE_DOCKER'] !== '1' && !NODES.has(major)) return
    expect([...NODES.keys()]).toContain(major)
  })
})

describe.each([...NODES])('on Node %i', (_major, node) => {
  const engine = useEngine('installed')

  describe('the hook', () => {
    it('ends well when Docker is ready, with the settings of the environment', async () => {
      const file = join(folder, 'env')
      writeFileSync(file, '')
      const env = {
        ...{ DOCKER_READY_HOST: engine().host, DOCKER_READY_EXPORT_DOCKER_HOST: 'true', GITHUB_ENV: file },
        ...{ GITHUB_ACTIONS: 'true', DOCKER_READY_MIN_API_VERSION: '1.24' },
      }
      const ended = await run(node, 'hook', [], env)
      expect(ended, ended.err).toMatchObject({ status: 0, err: '' })
      expect(ended.out).toContain(`Docker is ready at ${engine().host} after`)
      expect(ended.out).toMatch(/^Passed: API version/m)
      expect(ended.out).toMatch(/^::warning::Container actions and job containers get/m)
      const [, end = ''] = /^DOCKER_HOST<<(\S+)$/m.exec(readFileSync(file, 'utf8')) ?? []
      expect(readFileSync(file, 'utf8')).toBe(`DOCKER_HOST<<${end}\n${engine().host}\n${end}\n`)
    })

    it('fails the job with one error when it is not', async () => {
      const env = { DOCKER_HOST: `unix://${folder}/none.sock`, DOCKER_READY_TIMEOUT: '500ms' }
      const ended = await run(node, 'hook', [], env)
      expect(ended).toMatchObject({ status: 1, err: '' })
      expect(ended.out.match(/^::error::.*$/gm)).toEqual([
        expect.stringMatching(/^::error::Docker is not ready \(socket_missing\) after .*: unix:.* does not exist\. /),
      ])
      const optional = await run(node, 'hook', [], { ...env, DOCKER_READY_REQUIRED: 'false' })
      expect(optional.status).toBe(0)
      expect(optional.out).toMatch(/^::warning::Docker is not ready/m)
      const wrong = await run(node, 'hook', [], { DOCKER_READY_TIMEOUT: 'soon' })
      expect(wrong).toMatchObject({
        ...{
          status: 1,
          out: "::error::DOCKER_READY_TIMEOUT must be a duration like 90s, 2m or 1h30m; it is 'soon'.\n",
        },
      })
    })
  })

  describe('the command', () => {
    const cli = (args: readonly string[], env = {}) => run(node, 'cli', ['--host', engine().host, ...args], env)

    it('is the exit status of what it becomes', async () => {
      const ended = await cli(['--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])
      expect(ended).toMatchObject({ status: 7, signal: null, out: 'out\n' })
      expect(ended.err).toMatch(/^docker-ready: Endpoint: .*\ndocker-ready: Docker is ready at .*\n(.*\n)*err\n$/)
    })

    it('is its signal', async () => {
      expect(await cli(['--', 'sh', '-c', 'kill -KILL $$'])).toMatchObject({ status: null, signal: 'SIGKILL' })
      expect(await cli(['--', 'sh', '-c', 'kill -TERM $$'])).toMatchObject({ status: null, signal: 'SIGTERM' })
    })

    it('passes signals on', async () => {
      const script = 'trap "echo got it; exit 5" TERM; trap "echo usr" USR1; echo up; while :; do sleep 0.05; done'
      const { child, said, ended } = start(node, 'cli', ['--host', engine().host, '--', 'sh', '-c', script])
      await until(child, () => said.out, 'up')
      child.kill('SIGUSR1')
      await until(child, () => said.out, 'usr')
      child.kill('SIGTERM')
      expect(await ended).toMatchObject({ status: 5, signal: null, out: 'up\nusr\ngot it\n' })
    })

    it('passes input, environment and arguments on as they are', async () => {
      const { child, ended } = start(
        ...([
          node,
          'cli',
          ['--host', engine().host, '--', 'sh', '-c', 'cat; echo "$A" "$1"', 'sh', '$(id) "x"'],
        ] as const),
        { A: 'a b' },
      )
      child.stdin.end('in\n')
      expect(await ended).toMatchObject({ status: 0, out: 'in\na b $(id) "x"\n' })
    })

    it('tells the command where Docker is, when asked to', async () => {
      const ended = await cli(['--export-docker-host', '--', 'sh', '-c', 'echo "$DOCKER_HOST"'])
      expect(ended).toMatchObject({ status: 0, out: `${engine().host}\n` })
    })

    it('leaves nothing of its own behind in the process that it becomes', async () => {
      const ended = await cli(['--', 'grep', '-E', '^(SigIgn|SigBlk)', '/proc/self/status'])
      expect(ended.out.match(/[0-9a-f]{16}/g)).toEqual(['0000000000000000', '0000000000000000'])
      const pipe = await cli(['--', 'sh', '-c', 'yes | head -n 1'])
      expect(pipe).toMatchObject({ status: 0, out: 'y\n' })
      expect(pipe.err).not.toContain('yes')
    })

    it('has the statuses of a shell for what cannot be run', async () => {
      const missing = await cli(['--', 'no-such-command'])
      expect(missing).toMatchObject({ status: 127 })
      expect(missing.err).toContain("docker-ready: There is no command 'no-such-command' in the PATH.")
      writeFileSync(join(folder, 'plain'), 'text')
      expect(await cli(['--', join(folder, 'plain')])).toMatchObject({ status: 126 })
      writeFileSync(join(folder, 'orphan'), '#!/no/such/interpreter\n', { mode: 0o755 })
      expect(await cli(['--', join(folder, 'orphan')])).toMatchObject({ status: 126 })
      writeFileSync(join(folder, 'windows'), '#!/bin/sh\r\nexit\r\n', { mode: 0o755 })
      const windows = await cli(['--', join(folder, 'windows')])
      expect(windows).toMatchObject({ status: 126 })
      expect(windows.err).toContain(`its first line names "/bin/sh\\r", and there is no such program.`)
    })

    it('does not become anything when Docker is not ready, or the usage is wrong', async () => {
      const env = { DOCKER_HOST: `unix://${folder}/none.sock` }
      const ended = await run(node, 'cli', ['--timeout', '300ms', '--', 'echo', 'no'], env)
      expect(ended).toMatchObject({ status: 1, out: '' })
      expect(ended.err).toContain('docker-ready: Docker is not ready (socket_missing) after')
      const optional = await run(node, 'cli', ['--timeout=300ms', '--required=false', '--', 'echo', 'yes'], env)
      expect(optional).toMatchObject({ status: 0, out: 'yes\n' })
      expect(await run(node, 'cli', ['echo', 'no'], env)).toMatchObject({ status: 2, out: '' })
      expect(await run(node, 'cli', ['--help'], env)).toMatchObject({ status: 0, err: '' })
    })

    it('ends by the signal that ends its wait, with the last state', async () => {
      const silent = createServer((socket) => socket.resume())
      await new Promise<void>((listening) => silent.listen(join(folder, 'silent.sock'), listening))
      try {
        const { child, said, ended } = start(node, 'cli', [
          '--host',
          `unix://${folder}/silent.sock`,
          '--',
          'echo',
          'no',
        ])
        await until(child, () => said.err, 'Endpoint')
        await new Promise((later) => setTimeout(later, 800))
        child.kill('SIGINT')
        const result = await ended
        expect(result).toMatchObject({ status: null, signal: 'SIGINT', out: '' })
        expect(result.err).toMatch(/Docker was not ready yet after .*: unix:.*accepts connections and does not answer/)
      } finally {
        await new Promise((closed) => silent.close(closed))
      }
    })
  })
})
