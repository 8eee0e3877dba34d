import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { docker } from '../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { type Ended, needProgram, runProgram, succeed } from '../support/client-programs.ts'
import { DOCKER_REGISTRY, startOpenRegistry } from '../support/docker-registry.ts'
import { buildStubRunner, KIT } from './support/self-hosted-kit.ts'

const ANALYZE = '/usr/bin/systemd-analyze'
const UNITS = readdirSync(join(KIT, 'deploy')).filter((name) => name.includes('@.'))

/** What systemd says to the units for the service `app`, each text having gone through `change`. */
async function verify(change: (text: string) => string): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'units-'))
  try {
    const files = UNITS.map((name) => join(folder, name.replace('@.', '@app.')))
    for (const [i, file] of files.entries())
      writeFileSync(file, change(readFileSync(join(KIT, 'deploy', UNITS[i] ?? ''), 'utf8')))
    // Units of the machine, like docker.service, are not what is asked about.
    return await runProgram(ANALYZE, ['--man=no', '--recursive-errors=no', 'verify', ...files])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the units of a host that pulls', () => {
  it('are accepted by systemd', async (context) => {
    context.skip(!existsSync(ANALYZE), `there is no ${ANALYZE}; it comes with systemd`)
    expect(UNITS).toEqual(['compose-pull@.service', 'compose-pull@.timer'])
    expect(await verify((text) => text)).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stderr } = await verify((text) => text.replace('OnBootSec', 'OnBootSecs'))
    expect(stderr).toContain("'OnBootSecs'")
  })
})

describe('what the timer starts', () => {
  const engine = useEngine('sid')
  needProgram(DOCKER_REGISTRY, 'registry.sh')

  /** The commands of the service, as systemd would run them in the folder of the compose file. */
  async function update(folder: string): Promise<void> {
    const unit = readFileSync(join(KIT, 'deploy/compose-pull@.service'), 'utf8')
    const commands = [...unit.matchAll(/^ExecStart=(\S+) (.+)$/gm)]
    expect(commands).toHaveLength(3)
    for (const [, program = '', args = ''] of commands) {
      await succeed(program, args.split(' '), { cwd: folder, env: engine().env })
    }
  }

  it('takes an image whose tag has moved, leaves one that has not, and removes what was replaced', async () => {
    await using registry = await startOpenRegistry()
    const folder = mkdtempSync(join(tmpdir(), 'app-'))
    const image = `${registry.host}/app:latest`
    const service = { image, command: ['sleep', '600'], init: true, network_mode: 'none' }
    writeFileSync(join(folder, 'compose.yaml'), JSON.stringify({ services: { app: service } }))
    await buildStubRunner(engine())
    const push = async (version: string) => {
      writeFileSync(join(folder, 'Dockerfile'), `FROM stub-runner:1\nLABEL version=${version}\n`)
      await docker(engine(), 'build', '--tag', image, folder)
      await docker(engine(), 'push', image)
      await docker(engine(), 'image', 'rm', image)
    }
    const running = () =>
      docker(engine(), 'ps', '--no-trunc', '--filter', 'label=version', '--format', '{{.ID}} {{.Label "version"}}')
    try {
      await push('1')
      await update(folder)
      const first = await running()
      expect(first).toMatch(/^\w{64} 1$/)
      await update(folder)
      expect(await running()).toBe(first)
      await push('2')
      await update(folder)
      expect(await running()).toMatch(/^\w{64} 2$/)
      expect(await docker(engine(), 'images', '--quiet', '--filter', 'label=version=1')).toBe('')
    } finally {
      await succeed('docker', ['compose', 'down', '--timeout=0'], { cwd: folder, env: engine().env })
      rmSync(folder, { recursive: true })
    }
  })
})
