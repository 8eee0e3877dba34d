/**
 * Measures how long after the daemon is ready a waiting job continues: `npm run bench -- docker-ready [--rounds 30]`.
 * Every round starts a private dockerd while all strategies are already waiting, each in a separate process that
 * started at a different moment. "Ready" is the time of the first response to any of them; a reference that polls every
 * millisecond is among them.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { launchCustom, type PreparedEngine, prepareCustom } from '../../packages/docker-engine/src/custom.ts'

const COMMAND = join(import.meta.dirname, '../../actions/docker-ready/dist/cli.js')

/** In ms after the daemon is ready. */
const BUDGET = { median: 3, p95: 10 }

/** The strategies start at offsets of up to this many ms, which is the period of the loop. */
const PERIOD = 1_000

const PROBES = 50

/** The polling loop; it reports how many processes it started. */
const LOOP = 'n=0; until docker ps >/dev/null 2>&1; do n=$((n + 2)); sleep 1; done; echo "ready $((n + 1))"'

/** Connects every millisecond until it succeeds, and leaves the request pending. */
const REFERENCE = `
  const { get } = require('node:http')
  const ask = () => get({ socketPath: process.argv[1], path: '/_ping' }, (response) => {
    if (response.statusCode === 200) { console.log('ready'); process.exit() }
    response.resume().on('end', ask)
  }).on('error', () => setTimeout(ask, 1))
  ask()
`

type Strategy = 'loop' | 'ours' | 'reference'

const TITLES: Readonly<Record<Strategy, string>> = {
  loop: 'the loop: docker ps, sleep 1',
  ours: 'docker-ready',
  reference: 'reference, every 1 ms',
}

function startStrategy(strategy: Strategy, { socket, env }: PreparedEngine): ChildProcess {
  const [program, ...args] = {
    loop: ['sh', '-c', LOOP],
    ours: [process.execPath, COMMAND, '--host', `unix://${socket}`],
    reference: [process.execPath, '-e', REFERENCE, socket],
  }[strategy] as [string, ...string[]]
  return spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Whether a process has waited for children: their page faults are counted in /proc/PID/stat, field 11. */
function hadChildren(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[8] !== '0'
}

interface Sight {
  /** When its process reported that Docker is ready. */
  readonly at: number
  /** Number of processes that it started while it waited. */
  readonly processes: number
}

/** A running strategy. */
interface Watcher {
  readonly strategy: Strategy
  readonly waiting: Promise<void>
  readonly ready: Promise<Sight>
  stop(): void
}

function watch(strategy: Strategy, engine: PreparedEngine): Watcher {
  const child = startStrategy(strategy, engine)
  const waiting = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<Sight>()
  for (const { promise } of [waiting, ready]) promise.catch(() => undefined)
  let said = ''
  if (strategy !== 'ours') waiting.resolve()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const at = performance.now()
      said += text
      if (said.includes('Endpoint')) waiting.resolve()
      const found = /^(?:docker-ready: Docker is )?ready(?: (\d+))?/m.exec(said)
      if (found === null) return
      ready.resolve({ at, processes: Number(found[1] ?? (strategy === 'ours' && hadChildren(child.pid ?? 0) ? 1 : 0)) })
    })
  }
  void once(child, 'close').then(() => {
    const error = new Error(`${TITLES[strategy]} ended without an answer:\n${said}`)
    for (const { reject } of [waiting, ready]) reject(error)
  })
  return { strategy, waiting: waiting.promise, ready: ready.promise, stop: () => void child.kill('SIGKILL') }
}

type Lags = ReadonlyMap<Strategy, { readonly lag: number; readonly processes: number }>

/** Runs one start of a daemon; returns the delay and the number of processes of each strategy. */
async function round(strategies: readonly Strategy[]): Promise<Lags> {
  await using prepared = prepareCustom()
  const begun = performance.now()
  const watchers: Watcher[] = []
  try {
    const start = async (strategy: Strategy) => {
      await sleep(Math.random() * PERIOD)
      watchers.push(watch(strategy, prepared))
    }
    await Promise.all(strategies.map(start))
    await Promise.all(watchers.map(({ waiting }) => waiting))
    await sleep(Math.max(0, PERIOD - (performance.now() - begun)))
    const engine = prepared.start()
    const sights = await Promise.all(watchers.map(async ({ strategy, ready }) => [strategy, await ready] as const))
    await engine.kill()
    const first = Math.min(...sights.map(([, { at }]) => at))
    return new Map(sights.map(([strategy, { at, processes }]) => [strategy, { lag: at - first, processes }]))
  } finally {
    for (const watcher of watchers) watcher.stop()
  }
}

const share = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN

const right = (text: string): string => text.padStart(12)
const ms = (value: number): string => right(`${value.toFixed(value < 10 ? 2 : 0)} ms`)

/** Compares one ping on a new connection with `docker ps`. */
async function probes(): Promise<void> {
  await using engine = launchCustom()
  const ping = () =>
    new Promise<number>((done, failed) => {
      const begun = performance.now()
      const agent = new Agent({ keepAlive: false })
      get({ socketPath: engine.socket, path: '/_ping', agent }, (response) => {
        response.resume().on('end', () => done(performance.now() - begun))
      }).on('error', failed)
    })
  while (!(await ping().catch(() => 0))) await sleep(20)
  const times: { ping: number[]; docker: number[] } = { ping: [], docker: [] }
  for (let probe = 0; probe < PROBES; probe++) {
    times.ping.push(await ping())
    const begun = performance.now()
    spawnSync('docker', ['ps'], { env: { ...process.env, ...engine.env } })
    times.docker.push(performance.now() - begun)
  }
  console.log(`\n${'one look'.padEnd(30)}${['median', 'p95', 'max'].map(right).join('')}`)
  for (const [title, values] of [['GET /_ping', times.ping] as const, ['docker ps', times.docker] as const]) {
    console.log(`${title.padEnd(30)}${[0.5, 0.95, 1].map((part) => ms(share(values, part))).join('')}`)
  }
}

export async function bench(args: string[]): Promise<boolean> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string', default: '30' } } })
  const strategies: Strategy[] = ['loop', 'ours', 'reference']
  const lags = new Map<Strategy, number[]>(strategies.map((strategy) => [strategy, []]))
  const processes = new Map<Strategy, number>()
  for (let index = 0; index < Number(values.rounds); index++) {
    for (const [strategy, seen] of await round(strategies)) {
      lags.get(strategy)?.push(seen.lag)
      processes.set(strategy, (processes.get(strategy) ?? 0) + seen.processes)
    }
  }
  const heads = ['median', 'p95', 'max', 'processes']
  console.log(`${`noticed after ready, ${values.rounds} starts`.padEnd(30)}${heads.map(right).join('')}`)
  for (const [strategy, all] of lags) {
    const cells = [...[0.5, 0.95, 1].map((part) => ms(share(all, part))), right(String(processes.get(strategy)))]
    console.log(`${TITLES[strategy].padEnd(30)}${cells.join('')}`)
  }
  await probes()
  const ours = lags.get('ours') ?? []
  const within = share(ours, 0.5) <= BUDGET.median && share(ours, 0.95) <= BUDGET.p95 && processes.get('ours') === 0
  console.log(
    `\nBudget of docker-ready: median ${BUDGET.median} ms, p95 ${BUDGET.p95} ms, no process: ${within ? 'kept' : 'OVER'}`,
  )
  return within
}

if (process.argv[1] === import.meta.filename) process.exitCode = (await bench(process.argv.slice(2))) ? 0 : 1
