import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { testFolder } from './folder.ts'

type Values = Readonly<Record<string, string>>

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'] as const

/** A finished step as the runner sees it. */
export interface EndedStep {
  readonly exitCode: number | null
  readonly lines: readonly string[]
  /** The workflow commands that the runner obeys: not those between `stop-commands` and its token. */
  readonly commands: readonly string[]
  readonly stderr: string
  readonly outputs: Values
  readonly state: Values
  readonly variables: Values
  readonly summary: string
  /** What is left in RUNNER_TEMP. */
  readonly left: readonly string[]
}

export interface RunningStep {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** What the step has printed, as soon as that matches. */
  said(what: RegExp): Promise<string>
  readonly end: Promise<EndedStep>
}

/** Reads what `@actions/core` writes into a file command: `name<<delimiter`, the value, `delimiter`. */
function values(file: string): Values {
  const entries = readFileSync(file, 'utf8').matchAll(/^(.+)<<(ghadelimiter_.+)\n([\s\S]*?)\n\2$/gm)
  return Object.fromEntries([...entries].map(([, name, , value]) => [name, value]))
}

function commandsIn(lines: readonly string[]): string[] {
  let token: string | undefined
  return lines.filter((line) => {
    const [, name, data] = /^\s*::([^ :]+).*?::(.*)$/.exec(line) ?? []
    if (name === undefined) return false
    if (token !== undefined) {
      if (name === token) token = undefined
      return false
    }
    if (name === 'stop-commands') token = data
    return name !== 'stop-commands'
  })
}

/**
 * Starts the main step of the fixture action, or its post step. RUNNER_TEMP is `temp`. What a `quiet` step prints is
 * not looked at.
 */
export function startStep(
  inputs: Values,
  { env = {}, state = {}, temp = testFolder(), post = false, quiet = false } = {},
): RunningStep {
  const folder = testFolder()
  const paths = Object.fromEntries(FILES.map((name) => [name, join(folder, name)]))
  for (const path of Object.values(paths)) writeFileSync(path, '')
  const prefixed = (prefix: string, of: Values) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [prefix + name, value]))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixture-action.ts'), ...(post ? ['--post'] : [])], {
    env: {
      PATH: process.env['PATH'],
      RUNNER_TEMP: temp,
      ...paths,
      ...prefixed('STATE_', state),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!quiet) stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const end = once(child, 'close').then(([exitCode]: (number | null)[]): EndedStep => {
    const lines = stdout.split(/\r?\n/)
    const read = (name: (typeof FILES)[number]) => values(paths[name] ?? '')
    return {
      exitCode: exitCode ?? null,
      lines,
      commands: commandsIn(lines),
      stderr,
      outputs: read('GITHUB_OUTPUT'),
      state: read('GITHUB_STATE'),
      variables: read('GITHUB_ENV'),
      summary: readFileSync(paths['GITHUB_STEP_SUMMARY'] ?? '', 'utf8'),
      left: readdirSync(temp),
    }
  })
  return {
    pid: child.pid ?? 0,
    kill: (signal) => {
      child.kill(signal)
    },
    async said(what) {
      while (!what.test(stdout)) await Promise.race([once(child.stdout, 'data'), end.then(unsaid(what))])
      return stdout
    },
    end,
  }
}

const unsaid = (what: RegExp) => (ended: EndedStep) => {
  throw new Error(`the step ended and never said ${what}: ${ended.lines.join('\n')}${ended.stderr}`)
}

/** Runs the main step, or the post step, to its end. */
export const runStep = (...step: Parameters<typeof startStep>): Promise<EndedStep> => startStep(...step).end
