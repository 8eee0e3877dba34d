import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { docker, type SampleImages, sampleImages } from '../src/images.ts'
import { launchEngine, type PrivateEngine, startEngine } from '../src/index.ts'
import { cgroupsOf, mountsBelow, processesOf } from '../src/remains.ts'
import { useEngine } from '../src/suite.ts'

/** Everything that an engine could leave behind. */
const remainsOf = ({ socket }: { socket: string }) => {
  const folder = dirname(socket)
  const [processes, mounts, cgroups] = [processesOf(folder), mountsBelow(folder), cgroupsOf(folder)]
  return { processes, mounts, cgroups, folder: existsSync(folder) }
}
const NOTHING = { processes: [], mounts: [], cgroups: [], folder: false }

let images: SampleImages
beforeAll(() => {
  images = sampleImages()
})
afterAll(() => images[Symbol.dispose]())

/** An engine in the middle of a build, with a container running. */
async function busyEngine(kind: 'bookworm' | 'sid'): Promise<PrivateEngine> {
  const engine = await startEngine({ kind })
  await images.build(engine, 'run', '--tag=run')
  await docker(
    engine,
    'run',
    '--detach',
    '--network=none',
    'run',
    '/bin/sh',
    '-c',
    'trap exit TERM; while :; do :; done',
  )
  images.build(engine, 'endless').catch(() => {})
  // dockerd, containerd, the container's shim and shell, the build's runc and shell.
  await vi.waitFor(() => expect(remainsOf(engine).processes.length).toBeGreaterThanOrEqual(6), 30_000)
  return engine
}

describe.each(['bookworm', 'sid'] as const)('the engine of %s', (kind) => {
  // Skips the tests below where this kind cannot be had.
  useEngine(kind)

  let temporary: string
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'life-'))
    vi.stubEnv('TMPDIR', temporary)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    const left = readdirSync(temporary)
    rmSync(temporary, { recursive: true })
    expect(left).toEqual([])
  })

  it.each(['SIGCONT', 'SIGSTOP', 'SIGKILL'] as const)('leaves nothing when stopped after %s', async (signal) => {
    const engine = await busyEngine(kind)
    const { mounts, cgroups } = remainsOf(engine)
    expect([mounts.length > 0, cgroups.length > 0]).toEqual([true, true])
    engine.kill(signal)
    await Promise.all([engine.stop(), engine.stop()])
    expect(remainsOf(engine)).toEqual(NOTHING)
  })

  it('starts ten times in a row, while the one before still stops', async () => {
    const stopped: Promise<unknown>[] = []
    for (let start = 0; start < 10; start++) {
      const engine = await startEngine({ kind })
      stopped.push(engine.stop().then(() => remainsOf(engine)))
    }
    expect(await Promise.all(stopped)).toEqual(Array(10).fill(NOTHING))
  })

  it('starts late', async () => {
    await using engine = launchEngine({ kind, delayMs: 500 })
    expect(existsSync(engine.socket)).toBe(false)
    const { pid, version } = await engine.ready
    expect(remainsOf(engine).processes).toContain(pid)
    expect(await docker(await engine.ready, 'version', '--format', '{{.Server.Version}}')).toBe(version)
  })

  it('can be stopped before it starts', async () => {
    const engine = launchEngine({ kind, delayMs: 3_600_000 })
    await engine.stop()
    await expect(engine.ready).rejects.toThrow('dockerd was not started')
    expect(remainsOf(engine)).toEqual(NOTHING)
  })

  it.each([60, 120, 180, 240])('can be stopped in the middle of its start, %i ms after it', async (afterMs) => {
    const engine = launchEngine({ kind })
    await sleep(afterMs)
    await engine.stop()
    expect(remainsOf(engine)).toEqual(NOTHING)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing when its owner gets %s', async (signal) => {
    const owner = await ownerOf(kind)
    expect(remainsOf(owner).processes.length).toBeGreaterThanOrEqual(2)
    owner.process.kill(signal)
    await vi.waitFor(() => expect(remainsOf(owner)).toEqual(NOTHING), 30_000)
  })
})

describe.each(['sid-remapped', 'sid-rootless'] as const)('the engine of %s', (kind) => {
  useEngine(kind)

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing when stopped after %s', async (signal) => {
    const engine = await startEngine({ kind })
    await images.build(engine, 'run', '--tag=run')
    engine.kill(signal)
    await engine.stop()
    expect(remainsOf(engine)).toEqual(NOTHING)
  })
})

/** Another process that started an engine, and waits. */
async function ownerOf(kind: string): Promise<{ process: ChildProcessByStdio<null, Readable, null>; socket: string }> {
  const script = `
    import { startEngine } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))}
    const engine = await startEngine({ kind: ${JSON.stringify(kind)} })
    console.log(engine.socket)
    setInterval(() => {}, 1_000)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [socket] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string]
  return { process: owner, socket: socket.trim() }
}

describe('an engine that cannot start', () => {
  useEngine('bookworm')
  let base: string
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'long-'))
    // Longer than the path of a unix socket may be.
    const folder = join(base, 'x'.repeat(100))
    mkdirSync(folder)
    vi.stubEnv('TMPDIR', folder)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(base, { recursive: true })
  })

  it('is cleaned up, and dockerd tells why', async () => {
    await expect(startEngine({ kind: 'bookworm' })).rejects.toThrow(
      /dockerd ended before it was ready: exit code 1\n(.*\n)*.*invalid argument/,
    )
    expect(readdirSync(tmpdir())).toEqual([])
  })
})
