import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docker } from '../../packages/docker-engine/src/images.ts'
import type { PrivateEngine } from '../../packages/docker-engine/src/index.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import {
  ENTRYPOINT,
  organisation,
  PAT,
  REGISTER,
  REGISTRATION_TOKEN,
} from '../../packages/stand-ins/src/runner-image.ts'
import { succeed } from '../support/client-programs.ts'
import { buildRunnerBase } from './support/runner-base.ts'
import { KIT } from './support/self-hosted-kit.ts'

const README = readFileSync(join(KIT, 'README.md'), 'utf8')

/** The first commands of a chapter. */
function commandsOf(chapter: string): string {
  const [, text = ''] = README.split(`\n## ${chapter}\n`)
  const [, commands] = /^```sh\n([\s\S]*?)^```$/m.exec(text) ?? []
  if (commands === undefined) throw new Error(`There are no commands in '${chapter}'`)
  return commands
}

const NETWORK = 'kit'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kit-'))
  cpSync(KIT, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What is other here than on a machine of its own: no registry, no GitHub, and a daemon beside others. */
function putDifferences(api: string): void {
  copyFileSync(ENTRYPOINT, join(folder, 'runner/entrypoint.js'))
  const runner = {
    build: { args: { BASE: 'runner-base', ENTRYPOINT: 'entrypoint.js' }, network: 'none' },
    environment: { GITHUB_API_URL: api, STUB: 'idle', STUB_LOG: '/home/runner/log' },
    healthcheck: { interval: '1s' },
  }
  const networks = { default: { name: NETWORK, external: true } }
  writeFileSync(join(folder, 'compose.override.yaml'), JSON.stringify({ services: { runner }, networks }))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
}

const gateway = async (engine: PrivateEngine) => {
  await docker(engine, 'network', 'create', NETWORK)
  return docker(engine, 'network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', NETWORK)
}

describe.runIf(process.getuid?.() === 0)('the commands of the README, one after the other,', () => {
  const engine = useEngine('sid')

  it('lead from nothing to two registered runners, whose secrets nobody sees, and away again', async () => {
    await buildRunnerBase(engine(), 'runner-base')
    await using github = await organisation(undefined, await gateway(engine()))
    putDifferences(github.url)
    const env = { ...engine().env, PATH: `${join(folder, 'bin')}:${engine().env['PATH'] ?? process.env['PATH']}` }
    const run = (commands: string, input = '') => {
      const here = commands.replaceAll('/var/run/docker.sock', engine().socket)
      // A pipe for the commands, as a terminal is one: what Node gives them is a socket, which has no /dev/stdin.
      return succeed('/bin/sh', ['-euc', `cat | {\n${here}\n}`], { cwd: folder, env, input })
    }

    await run(commandsOf('2. The secrets'), `${PAT}\n`)
    const group = (await run(commandsOf('3. The settings'))).trim()
    const settings = {
      ...{ RUNNER_URL: 'https://github.com/acme', DOCKER_GID: group, DOCKER_SOCKET: engine().socket },
      ...{ WORK_ROOT: join(folder, 'work'), EXTERNALS: join(folder, 'externals') },
    }
    appendFileSync(
      join(folder, '.env'),
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    try {
      const list = await run(commandsOf('4. Start'))
      expect(list.match(/\(healthy\)/g)).toHaveLength(2)
      expect(github.calls).toEqual([REGISTER, REGISTER])
      const said = await run('docker compose logs runner')
      const names = [...said.matchAll(/The runner (\S+) \(2\.333\.0\) is registered at https:\/\/github\.com\/acme\./g)]
      expect(new Set(names.map(([, name]) => name)).size).toBe(2)
      const job = 'cat /home/runner/log* /proc/*/environ /proc/*/cmdline | tr "\\0" "\\n"'
      const seen = await run(`docker compose exec -T runner sh -c '${job}'; docker inspect $(docker ps -q)`)
      expect(seen).toContain('STUB=idle')
      for (const secret of [PAT, REGISTRATION_TOKEN]) expect(said + seen).not.toContain(secret)
    } finally {
      await run('docker compose down')
      await docker(engine(), 'network', 'rm', NETWORK)
    }
    expect(github.calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(2)
  })
})
