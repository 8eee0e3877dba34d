import type { Environment } from './base/environment.ts'
import type { FileLine } from './base/failure.ts'
import type { Endpoint } from './docker-daemon/endpoint.ts'
import { type GitHubEvent, readEvent } from './github/event.ts'
import type { Exec, ExecOptions, ExecResult } from './step/exec.ts'
import type { InputDefaults } from './step/input-defaults.ts'
import { inputReader } from './step/inputs.ts'
import type { Job } from './step/job.ts'
import { createJob } from './step/job.ts'
import type { Runner } from './step/runner.ts'

/** What an action sent to the runner, for tests to inspect. */
export interface Told {
  readonly lines: string[]
  readonly masks: string[]
  readonly outputs: Record<string, string | number | boolean>
  readonly state: Record<string, string>
  readonly variables: Record<string, string>
  readonly path: string[]
  readonly summary: string[]
}

/** An in-memory runner. Lines have their level as a prefix: `notice: …`, `warning: …`, `error: …`. */
export function memoryRunner(state: Readonly<Record<string, string>> = {}): Runner & { readonly told: Told } {
  const told: Told = { lines: [], masks: [], outputs: {}, state: { ...state }, variables: {}, path: [], summary: [] }
  const say = (prefix: string) => (line: string, at?: FileLine) => {
    told.lines.push(`${prefix}${at === undefined ? '' : `${at.file}:${at.line}: `}${line}`)
  }
  return {
    told,
    info: say(''),
    debug: say('debug: '),
    notice: say('notice: '),
    warning: say('warning: '),
    fail: say('error: '),
    startGroup: say('group: '),
    endGroup: () => undefined,
    command: say(''),
    mask: (secret) => {
      told.masks.push(secret)
    },
    setOutput: (name, value) => {
      told.outputs[name] = value
    },
    saveState: (name, value) => {
      told.state[name] = value
    },
    state: (name) => told.state[name] ?? '',
    exportVariable: (name, value) => {
      told.variables[name] = value
    },
    addPath: (folder) => {
      told.path.push(folder)
    },
    summary: async (markdown) => {
      told.summary.push(markdown)
    },
  }
}

/** Results for `Exec`, in the order of the calls; any further call is an error. */
export function scriptedExec(answers: readonly Partial<ExecResult>[]): Exec & { readonly calls: Call[] } {
  const calls: Call[] = []
  return {
    calls,
    async run(command, args, options = {}) {
      const answer = answers[calls.length]
      calls.push({ command, args, options })
      if (answer === undefined) throw new Error(`unexpected call of ${command} ${args.join(' ')}`)
      return { exitCode: 0, stdout: '', stderr: '', ...answer }
    },
  }
}

export interface Call {
  readonly command: string
  readonly args: readonly string[]
  readonly options: ExecOptions
}

/** An in-memory job: a `memoryRunner`, the given environment, and an `exec` if the code under test runs commands. */
export function memoryJob(
  env: Environment = {},
  { exec, signal = new AbortController().signal }: { exec?: Exec; signal?: AbortSignal } = {},
): Job & { readonly told: Told } {
  const runner = memoryRunner()
  const job = createJob(runner, env, signal)
  return Object.defineProperties(job, {
    told: { value: runner.told },
    ...(exec === undefined ? {} : { exec: { value: exec } }),
  }) as Job & { readonly told: Told }
}

/** A reader of `inputs`, by their names in action.yml, as the runner would pass them. */
export function inputsOf(
  inputs: Readonly<Record<string, string>>,
  env: Environment = {},
  defaults: InputDefaults = {},
) {
  const variables = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ])
  return inputReader({ ...env, ...Object.fromEntries(variables) }, defaults)
}

/** The endpoint of a Docker daemon on a socket. */
export const socketAt = (path: string, source: Endpoint['source'] = 'DOCKER_HOST'): Endpoint => ({
  address: { kind: 'unix', path },
  url: `unix://${path}`,
  source,
  context: 'default',
})

/** The endpoint of a Docker daemon on a TCP port without TLS. */
export const portAt = (port: number, host = '127.0.0.1'): Endpoint => ({
  address: { kind: 'tcp', host, port, basePath: '' },
  url: `tcp://${host}:${port}`,
  source: 'DOCKER_HOST',
  context: 'default',
})

/** An event as seen by a step, from its name, its payload and the GITHUB_ variables. */
export const eventOf = (
  name: string,
  payload: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): GitHubEvent => ({
  ...readEvent({
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_RUN_ID: '1',
    ...env,
  }),
  name,
  payload,
})
