import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareCustom } from '../../../packages/docker-engine/src/custom.ts'
import { needEngine } from '../../../packages/docker-engine/src/needed.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'

const STARTS = 50
const STARTS_UNDER_LOAD = 10

/** Starts a fresh daemon with the action already waiting, and uses the daemon the moment the action has ended. */
async function start() {
  await using prepared = prepareCustom()
  await using job = await createJob({ machine: prepared.env })
  const handle = job.start('docker-ready', { with: { timeout: '90s' } })
  await handle.waitForLog(/Wait for Docker/)
  const engine = prepared.start()
  try {
    const step = await handle.result
    const log = readFileSync(join(engine.folder, 'dockerd.log'), 'utf8')
    const docker = spawnSync('docker', ['ps', '--quiet'], { env: { ...process.env, ...engine.env }, encoding: 'utf8' })
    return {
      ...{ conclusion: step.conclusion, log: step.log, attempts: Number(step.outputs['attempts']) },
      initialised: log.includes('Daemon has completed initialization'),
      first: `${docker.status} ${docker.stderr}`,
    }
  } finally {
    await engine.kill()
  }
}

async function race(count: number): Promise<void> {
  for (let run = 0; run < count; run++) {
    const { conclusion, log, attempts, initialised, first } = await start()
    expect(conclusion, `start ${run}: ${log}`).toBe('success')
    // A docker command blocks where it is early, so that its success alone would not tell.
    expect(initialised, `start ${run} was early`).toBe(true)
    expect(first, `the first docker command after start ${run}`).toBe('0 ')
    // A request that stays pending needs one connection, and a few more for the instants around bind().
    expect(attempts, `start ${run}`).toBeLessThanOrEqual(20)
  }
}

describe('docker-ready and a daemon that starts while it waits', () => {
  needEngine()

  it(`misses none of ${STARTS} starts, and is early in none`, { timeout: 600_000 }, () => race(STARTS))

  it(`nor of ${STARTS_UNDER_LOAD} under load`, { timeout: 600_000 }, async () => {
    const loads: ChildProcess[] = [1, 2, 3, 4].map(() =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    )
    try {
      await race(STARTS_UNDER_LOAD)
    } finally {
      for (const load of loads) load.kill('SIGKILL')
      await Promise.all(loads.map((load) => (load.exitCode ?? load.signalCode) || once(load, 'exit')))
    }
  })
})
