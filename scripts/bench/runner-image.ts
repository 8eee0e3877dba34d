/**
 * Measures the overhead of the runner image's entrypoint over the bare start of a runner with config.sh and run.sh, for
 * a recent image: `npm run bench -- runner-image [--rounds 15]`. The runner is a stub, and GitHub's API is a local
 * server. The secret is in a file, as in the Compose file.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { fakeContainer, organisation, PAT, REGISTRATION_TOKEN } from '../../packages/stand-ins/src/runner-image.ts'
import { median } from '../bench-table.ts'

/** Budget for the difference between the medians, in ms. */
const BUDGET = 300

const POLL = 2
const WARM_UPS = 2

async function untilRunning(log: () => string[], begun: number): Promise<number> {
  while (!log().includes('running')) await sleep(POLL)
  return performance.now() - begun
}

export async function bench(args: string[]): Promise<boolean> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string', default: '15' } } })
  const folder = mkdtempSync(join(tmpdir(), 'bench-runner-image-'))
  const token = join(folder, 'token')
  writeFileSync(token, PAT, { mode: 0o600 })
  const times: Record<'bare' | 'entrypoint', number[]> = { bare: [], entrypoint: [] }
  await using github = await organisation()
  try {
    for (let round = -WARM_UPS; round < Number(values.rounds); round++) {
      const bare = fakeContainer(folder, github)
      const env = {
        ...process.env,
        STUB: 'once',
        STUB_LOG: join(bare.folder, 'log'),
        ACTIONS_RUNNER_INPUT_TOKEN: REGISTRATION_TOKEN,
      }
      let begun = performance.now()
      const child = spawn('sh', ['-c', './config.sh && exec ./run.sh'], { cwd: bare.runner, env, stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('close', resolve))
      const alone = await untilRunning(bare.log, begun)
      await ended
      const ours = fakeContainer(folder, github)
      begun = performance.now()
      const start = ours.start({ RUNNER_GITHUB_TOKEN: '', RUNNER_GITHUB_TOKEN_FILE: token })
      const whole = await untilRunning(ours.log, begun)
      const { status, said } = await start.ended
      if (status !== 0) throw new Error(`The entrypoint ended with ${status}: ${said}`)
      if (round < 0) continue
      times.bare.push(alone)
      times.entrypoint.push(whole)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const over = median(times.entrypoint) - median(times.bare)
  const figures = Object.entries(times).map(([name, all]) => `${name} ${median(all).toFixed(0)} ms`)
  console.log(
    `From start to a runner that listens, medians of ${values.rounds}: ${figures.join(', ')}; ${over.toFixed(0)} ms over, at most ${BUDGET}.`,
  )
  return over <= BUDGET
}
