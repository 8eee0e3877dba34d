/**
 * How many round trips to AWS a step waits for: `npm run bench -- latency [--rounds 5] [--engine bookworm] [--write]`. Each
 * call of AWS's APIs takes 0, 20, 50 or 100 ms longer, in turns; how much longer a step takes, divided by that, is how
 * many calls it makes one after the other.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEngine } from '../../packages/docker-engine/src/index.ts'
import { beforeProcessEnds } from '../../packages/runner-harness/src/on-process-exit.ts'
import { createRepository } from '../../packages/stand-ins/src/ecr-client.ts'
import { type EcrProcess, startEcrProcess } from '../../packages/stand-ins/src/ecr-process.ts'
import { type Place, timeAction } from '../bench-action.ts'
import { median, report } from '../bench-table.ts'

const DELAYS = [0, 20, 50, 100]
const SERVICES = ['ecr', 'sts']

/** A step, and how many round trips it may wait for. */
interface Step {
  readonly title: string
  readonly budget: number
  run(place: Place): number
}

let builds = 0

const STEPS: readonly Step[] = [
  { title: '`ecr-login`', budget: 1, run: (place) => timeAction('ecr-login', {}, place) },
  {
    title: '`ecr-repository`, nothing to change',
    budget: 1,
    run: (place) => timeAction('ecr-repository', { repo: 'app' }, place),
  },
  {
    title: '`ecr-push`, two tags',
    budget: 4,
    run(place) {
      writeFileSync(join(place.cwd, 'app'), `${++builds} ${Math.random()}`)
      return timeAction('ecr-push', { repo: 'app', tags: `${builds},latest` }, place)
    },
  },
  {
    title: '`ecr-push`, image exists, `skip_if_exists: tag`',
    budget: 2,
    run: (place) => timeAction('ecr-push', { repo: 'app', tags: 'there', skip_if_exists: 'tag' }, place),
  },
]

async function delayAll(ecr: EcrProcess, delayMs: number): Promise<void> {
  const faults = `${ecr.endpoint}/_ecr-local/faults`
  await fetch(faults, { method: 'DELETE' })
  if (delayMs === 0) return
  const body = JSON.stringify(SERVICES.map((service) => ({ operation: '*', service, delayMs })))
  const { status } = await fetch(faults, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  if (status !== 200) throw new Error(`ecr-local takes no delay: ${status}`)
}

/** The slope of the line through the points with the least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, other]) => other))]
  const over = points.reduce((sum, [one, other]) => sum + (one - x) * (other - y), 0)
  return over / points.reduce((sum, [one]) => sum + (one - x) ** 2, 0)
}

/** By delay, the median milliseconds of a step. */
async function measure(step: Step, place: Place, ecr: EcrProcess, rounds: number): Promise<number[]> {
  const times = DELAYS.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, delay] of DELAYS.entries()) {
      await delayAll(ecr, delay)
      const milliseconds = step.run(place)
      if (round >= 0) times[index]?.push(milliseconds)
    }
  }
  await delayAll(ecr, 0)
  return times.map(median)
}

export async function bench(args: string[]): Promise<boolean> {
  const options = {
    rounds: { type: 'string', default: '5' },
    engine: { type: 'string', default: 'bookworm' },
    write: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args, options })
  await using engine = await startEngine({ kind: values.engine === 'sid' ? 'sid' : 'bookworm' })
  await using ecr = await startEcrProcess()
  const folder = mkdtempSync(join(tmpdir(), 'bench-latency-'))
  beforeProcessEnds(() => rmSync(folder, { recursive: true, force: true }))
  const cwd = join(folder, 'app')
  for (const name of ['app', 'home']) mkdirSync(join(folder, name))
  writeFileSync(join(cwd, 'Dockerfile'), 'FROM scratch\nCOPY app /app\n')
  writeFileSync(join(cwd, 'app'), 'an app')
  const env = { ...process.env, ...engine.env, ...ecr.environment, HOME: join(folder, 'home') }
  const place = { folder, cwd, env }
  await createRepository(ecr, 'app')
  timeAction('ecr-push', { repo: 'app', tags: 'there' }, place)
  const rows: string[][] = []
  let within = true
  for (const step of STEPS) {
    const times = await measure(step, place, ecr, Number(values.rounds))
    const trips = slope(DELAYS.map((delay, index) => [delay, times[index] ?? Number.NaN]))
    rows.push([step.title, ...times.map((ms) => `${ms.toFixed(0)} ms`), trips.toFixed(1), `${step.budget}`])
    // Half a trip is what a busy machine adds.
    within &&= trips < step.budget + 0.5
  }
  const heads = [`Docker ${engine.version}`, ...DELAYS.map((delay) => `${delay} ms`), 'Round trips', 'Budget']
  report('latency', { heads, rows }, values.write)
  return within
}
