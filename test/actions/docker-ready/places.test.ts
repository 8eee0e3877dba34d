import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CustomEngine, type CustomOptions, launchCustom } from '../../../packages/docker-engine/src/custom.ts'
import { needEngine } from '../../../packages/docker-engine/src/needed.ts'
import { runCommand, withMounts } from './support/docker-ready-command.ts'
import { createMemoryGroup } from './support/memory-group.ts'

let folder: string
const engines: CustomEngine[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'places-'))
})
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.kill()))
  rmSync(folder, { recursive: true, force: true })
})

function launch(options?: CustomOptions): CustomEngine {
  const engine = launchCustom(options)
  engines.push(engine)
  return engine
}

describe('docker-ready where nothing names an endpoint', () => {
  needEngine()

  it('finds the socket of a rootless Docker', async () => {
    const runtime = join(folder, 'user')
    mkdirSync(runtime)
    launch({ args: [`--host=unix://${runtime}/docker.sock`] })
    // Other daemons of this machine are out of sight.
    const { status, said } = await runCommand(withMounts('mount -t tmpfs none /run'), [], { XDG_RUNTIME_DIR: runtime })
    expect(said).toContain(
      `Endpoint: unix:///var/run/docker.sock (nothing names another), or the first of unix://${runtime}/docker.sock,`,
    )
    expect(said).toContain(`Docker is ready at unix://${runtime}/docker.sock after`)
    expect(said).toContain(`warning: The docker CLI does not look at unix://${runtime}/docker.sock by itself`)
    expect(status).toBe(0)
  })

  it('finds the default socket first', async () => {
    const runtime = join(folder, 'user')
    mkdirSync(runtime)
    const engine = launch({ args: [`--host=unix://${runtime}/docker.sock`] })
    const link = `mount -t tmpfs none /run; ln -s ${engine.socket} /run/docker.sock`
    const { said } = await runCommand(withMounts(link), [], { XDG_RUNTIME_DIR: runtime })
    expect(said).toContain('Docker is ready at unix:///var/run/docker.sock after')
    expect(said).not.toContain('warning')
  })
})

describe('docker-ready beside a daemon that is gone', () => {
  needEngine()

  it('says that a socket mounted by itself stays dead', async () => {
    const engine = launch()
    const mounted = join(folder, 'docker.sock')
    writeFileSync(mounted, '')
    while (!existsSync(engine.socket)) await new Promise((later) => setTimeout(later, 10))
    process.kill(await engine.pid, 'SIGKILL')
    while (engine.ended() === undefined) await new Promise((later) => setTimeout(later, 10))
    const { status, said } = await runCommand(withMounts(`mount --bind ${engine.socket} ${mounted}`), [
      '--host',
      `unix://${mounted}`,
    ])
    expect(said).toMatch(/Docker is not ready \(socket_mount_stale\) after .* waiting does not cure this/)
    expect(said).toContain('mount its folder instead')
    expect(status).toBe(1)
  })

  it('says that it was killed for want of memory', async (context) => {
    const group = createMemoryGroup(24 * 1024 * 1024)
    context.skip(group === undefined, 'No control group with a memory limit can be made here.')
    if (group === undefined) return
    try {
      const enter = ['sh', '-ec', `echo $$ >${group.procs}; exec "$@"`, 'sh']
      const engine = launch({ wrapper: enter })
      while (engine.ended() === undefined) await new Promise((later) => setTimeout(later, 10))
      expect(engine.ended()).toMatch(/^SIGKILL/)
      group.lift()
      const { said } = await runCommand(enter, ['--host', `unix://${engine.socket}`, '--timeout', '500ms'])
      expect(said).toMatch(/Killed because memory ran out: [1-9]/)
      expect(said).toMatch(/Docker is not ready .*raise the memory limit of the container/)
    } finally {
      await Promise.all(engines.splice(0).map((engine) => engine.kill()))
      group.remove()
    }
  })
})
