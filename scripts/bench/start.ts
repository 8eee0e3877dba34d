/**
 * Measures how long actions take from start to exit, compared with `node -e 0`: `npm run bench -- start [--rounds 30]
 * [ACTION …]`. Every round starts everything once, so that other load on the machine affects all of them equally.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const ACTIONS = join(import.meta.dirname, '../../actions')
const WARM_UPS = 3

/** Maximum duration of an action, as a multiple of `node -e 0`. */
const BUDGET = { plain: 3, aws: 4.5 }

interface Run {
  readonly title: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly exitCode: number
  readonly budget: number
}

/** A push to main, the most common event: branch-name makes no request and succeeds. */
function pushOf(folder: string): Record<string, string> {
  const files = { GITHUB_EVENT_PATH: 'event.json', GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary' }
  const repository = { full_name: 'octo/app', default_branch: 'main' }
  const paths = Object.entries(files).map(([variable, name]) => [variable, join(folder, name)] as const)
  for (const [, path] of paths) writeFileSync(path, JSON.stringify({ ref: 'refs/heads/main', repository }))
  return {
    ...Object.fromEntries(paths),
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    INPUT_REPLACE_SLASHES_WITH_HYPHENS: 'false',
    INPUT_CURRENT_BRANCH_ON_TAG: 'tag',
    INPUT_UNSAFE_NAMES: 'warn',
    INPUT_HASH_LENGTH: '8',
    INPUT_GITHUB_TOKEN: 'ghs_token',
  }
}

/** A value that the action refuses. What is missing has a default in these, with which they would wait for something. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'docker-ready': { INPUT_TIMEOUT: 'none' },
  'runner-version': { INPUT_FAIL_ON: 'none' },
}

function runsOf(names: readonly string[], folder: string): Run[] {
  const env = { PATH: process.env['PATH'] ?? '', RUNNER_TEMP: folder }
  return names.map((name) => {
    const budget = name.startsWith('ecr-') ? BUDGET.aws : BUDGET.plain
    const args = [join(ACTIONS, name, 'dist/index.js')]
    return name === 'branch-name'
      ? { title: `${name}, a push`, args, env: { ...env, ...pushOf(folder) }, exitCode: 0, budget }
      : { title: `${name}, inputs wrong`, args, env: { ...env, ...REFUSED[name] }, exitCode: 1, budget }
  })
}

/** Milliseconds from start to exit. Throws if the run did something else than what is measured. */
function time({ title, args, env, exitCode }: Run): number {
  const begun = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  const milliseconds = performance.now() - begun
  if (status !== exitCode) throw new Error(`${title} ended with ${status}, not ${exitCode}:\n${stdout}${stderr}`)
  return milliseconds
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN

export async function bench(args: string[]): Promise<boolean> {
  const options = { rounds: { type: 'string', default: '30' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const built = readdirSync(ACTIONS).filter((name) => existsSync(join(ACTIONS, name, 'dist/index.js')))
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'))
  try {
    const empty: Run = { title: 'node -e 0', args: ['-e', '0'], env: {}, exitCode: 0, budget: 1 }
    const runs = [empty, ...runsOf(positionals.length > 0 ? positionals : built, folder)]
    const times = new Map<Run, number[]>(runs.map((run) => [run, []]))
    for (let round = -WARM_UPS; round < Number(values.rounds); round++) {
      for (const [run, all] of times) {
        const milliseconds = time(run)
        if (round >= 0) all.push(milliseconds)
      }
    }
    return report(times, empty)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function report(times: ReadonlyMap<Run, number[]>, empty: Run): boolean {
  const median = (run: Run) => at(times.get(run)?.toSorted((a, b) => a - b) ?? [], 0.5)
  const rows = [...times].map(([run, all]) => {
    const sorted = all.toSorted((a, b) => a - b)
    return { run, ratio: median(run) / median(empty), figures: [sorted[0], at(sorted, 0.5), at(sorted, 0.95)] }
  })
  console.log(['start to exit'.padEnd(30), ...['min', 'median', 'p95', 'ratio', 'budget'].map(right)].join(''))
  for (const { run, ratio, figures } of rows) {
    const cells = [
      ...figures.map((one) => `${one?.toFixed(1)} ms`),
      ratio.toFixed(2),
      run === empty ? '' : `${run.budget}`,
    ]
    const over = run !== empty && ratio > run.budget ? '  OVER' : ''
    console.log(`${run.title.padEnd(30)}${cells.map(right).join('')}${over}`)
  }
  return rows.every(({ run, ratio }) => ratio <= run.budget)
}

const right = (text: string): string => text.padStart(11)
