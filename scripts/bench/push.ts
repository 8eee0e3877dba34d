/**
 * Measures the overhead of ecr-push over the docker commands that it runs: `npm run bench -- push [--rounds 7]
 * [--engine sid]`. Each round builds and pushes 10 MB of new content, once with `docker build` and `docker push` alone
 * and once with the action, alternately; the rest of the image is built and sent before the first round. A wrapper
 * around `docker` records the duration of each command, so that the action's own time is known exactly, even if two
 * pushes differ a lot. At the end, `look` measures what an ordinary user pays for the check of the build context.
 */
import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Engine, startEngine } from '../../packages/docker-engine/src/index.ts'
import { readAction } from '../../packages/runner-harness/src/action.ts'
import { inputEnvironment } from '../../packages/runner-harness/src/inputs.ts'
import { beforeProcessEnds } from '../../packages/runner-harness/src/on-process-exit.ts'
import { createRepository, passwordOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { type EcrProcess, startEcrProcess } from '../../packages/stand-ins/src/ecr-process.ts'
import { median } from '../bench-table.ts'
import { bench as look } from './look.ts'

const ACTION = join(import.meta.dirname, '../../actions/ecr-push/dist/index.js')

/** Budget for the median of the action's own time, in ms. */
const BUDGET = 250

const MB = 1_000_000
const FRESH = 10 * MB
const SIZES = [10 * MB, 1_000 * MB]
const TAGS = [1, 10]
const ENGINES = ['bookworm', 'sid'] as const

/**
 * Runs docker, and records its first arguments and its duration in microseconds. The wrapper's own time counts as the
 * action's.
 */
const RECORDER = `#!/bin/bash
begun=\${EPOCHREALTIME/[.,]/}
"$BENCH_DOCKER" "$@"
status=$?
printf '%s %s %s\\n' $((\${EPOCHREALTIME/[.,]/} - begun)) "$1" "$2" >>"$BENCH_RECORD"
exit $status
`

/** Durations of one variant of build and push, in ms. */
interface Times {
  readonly all: number
  /** Everything except the build and the push. */
  readonly own: number
}

interface Bench {
  readonly buildx: boolean
  readonly ecr: EcrProcess
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** Writes new content, which has to be built, compressed and sent. */
function writeRandom(path: string, bytes: number): void {
  const file = openSync(path, 'w')
  const chunk = Buffer.alloc(MB)
  for (let written = 0; written < bytes; written += MB) writeSync(file, randomFillSync(chunk))
  closeSync(file)
}

function run(file: string, args: readonly string[], { env, folder }: Bench, input = ''): string {
  const child = spawnSync(file, args, { env, cwd: join(folder, 'app'), input, encoding: 'utf8', maxBuffer: 64 * MB })
  if (child.status !== 0)
    throw new Error(`${file} ${args.join(' ')} ended with ${child.status}: ${child.stdout}${child.stderr}`)
  return child.stdout
}

/** Measures `work`; time that docker spends on the build or the push does not count as overhead. */
function timed(bench: Bench, work: () => void): Times {
  const record = join(bench.folder, 'record')
  writeFileSync(record, '')
  const begun = performance.now()
  work()
  const all = performance.now() - begun
  const lines = readFileSync(record, 'utf8').trim().split('\n')
  const docker = lines
    .filter((line) => / (?:build|buildx build|push)\b/.test(line))
    .map((line) => Number.parseInt(line, 10) / 1e3)
  return { all, own: docker.reduce((sum, one) => sum - one, all) }
}

const bare = (bench: Bench, tags: readonly string[]): Times =>
  timed(bench, () => {
    const reference = `${bench.ecr.registry}/app:${tags[0]}`
    run('docker', [...(bench.buildx ? ['buildx', 'build', '--load'] : ['build']), '--tag', reference, '.'], bench)
    run('docker', ['push', reference], bench)
  })

function ours(bench: Bench, tags: readonly string[]): Times {
  const files = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY']
  for (const name of files) writeFileSync(join(bench.folder, name), '')
  const paths = Object.fromEntries(files.map((name) => [name, join(bench.folder, name)]))
  const defaults = Object.fromEntries(readAction('ecr-push').inputs)
  const inputs = inputEnvironment({ ...defaults, repo: 'app', tags: tags.join(',') })
  const env = { ...bench.env, ...paths, ...inputs, RUNNER_TEMP: bench.folder }
  return timed(bench, () => void run(process.execPath, [ACTION], { ...bench, env }))
}

/** Prepares an image of this size; engine and registry already have everything except the new bytes. */
function prepare(bench: Bench, bytes: number): void {
  const app = join(bench.folder, 'app')
  writeRandom(join(app, 'base'), bytes - FRESH)
  writeRandom(join(app, 'fresh'), FRESH)
  writeFileSync(join(app, 'Dockerfile'), 'FROM scratch\nCOPY base /base\nCOPY fresh /fresh\n')
  bare(bench, ['base'])
}

/** Measures both variants, alternating which one starts a round. */
function measure(bench: Bench, tags: number, rounds: number): { bare: Times[]; ours: Times[] } {
  const found = { bare: [] as Times[], ours: [] as Times[] }
  const ways = { bare, ours }
  for (let round = -1; round < rounds; round++) {
    for (const way of round % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
      writeRandom(join(bench.folder, 'app', 'fresh'), FRESH)
      const names = Array.from({ length: tags }, (_, index) => `${way}-${round + 1}-${index}`)
      const times = ways[way](bench, names)
      if (round >= 0) found[way].push(times)
    }
  }
  return found
}

const right = (text: string): string => text.padStart(12)

function report(title: string, { bare, ours }: ReturnType<typeof measure>): boolean {
  const [without, withUs, own] = [bare.map(({ all }) => all), ours.map(({ all }) => all), ours.map((one) => one.own)]
  const figures = [median(without), median(withUs), median(withUs) - median(without), median(own), Math.min(...own)]
  const over = median(own) > BUDGET
  console.log(
    `${title.padEnd(40)}${figures.map((one) => right(`${one.toFixed(0)} ms`)).join('')}${over ? '  OVER' : ''}`,
  )
  return !over
}

async function open(kind: (typeof ENGINES)[number], engine: Engine, ecr: EcrProcess): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-'))
  beforeProcessEnds(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['bin', 'app', 'config']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'bin', 'docker'), RECORDER)
  chmodSync(join(folder, 'bin', 'docker'), 0o755)
  const base: NodeJS.ProcessEnv = { ...process.env, ...engine.env, ...ecr.environment, DOCKER_BUILDKIT: '1' }
  const path = base['PATH'] ?? ''
  const env = {
    ...base,
    PATH: `${join(folder, 'bin')}${delimiter}${path}`,
    BENCH_DOCKER: path
      .split(delimiter)
      .map((each) => join(each, 'docker'))
      .find((file) => existsSync(file)),
    BENCH_RECORD: join(folder, 'record'),
    DOCKER_CONFIG: base['DOCKER_CONFIG'] ?? join(folder, 'config'),
  }
  const bench = { buildx: kind === 'sid', ecr, folder, env }
  await createRepository(ecr, 'app')
  run('docker', ['login', '--username', 'AWS', '--password-stdin', ecr.registry], bench, await passwordOf(ecr))
  return bench
}

export async function bench(args: string[]): Promise<boolean> {
  const options = { rounds: { type: 'string', default: '7' }, engine: { type: 'string', multiple: true } } as const
  const { values } = parseArgs({ args, options })
  const heads = ['docker alone', 'ecr-push', 'difference', 'own time', 'least']
  console.log(`${`median of ${values.rounds} rounds`.padEnd(40)}${heads.map(right).join('')}`)
  let within = true
  for (const kind of ENGINES.filter((each) => values.engine?.includes(each) ?? true)) {
    await using engine = await startEngine({ kind })
    await using ecr = await startEcrProcess()
    const opened = await open(kind, engine, ecr)
    for (const bytes of SIZES) {
      prepare(opened, bytes)
      for (const tags of TAGS) {
        const title = `${engine.version}, ${opened.buildx ? 'buildx' : 'no buildx'}, ${bytes / MB} MB, ${tags} tag${tags > 1 ? 's' : ''}`
        within = report(title, measure(opened, tags, Number(values.rounds))) && within
      }
    }
  }
  const load = loadavg()[0]?.toFixed(1)
  console.log(`\nLoad in the last minute: ${load} on ${availableParallelism()} processors.`)
  console.log(`Budget of ecr-push: ${BUDGET} ms of its own: ${within ? 'kept' : 'OVER'}`)
  return (await look(args)) && within
}
