import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { type Action, inputEnvironment, readAction, script } from './runner-action.ts'
import { setIgnoringCase } from './runner-commands.ts'
import {
  type ContextOptions,
  type Contexts,
  contextEnvironment,
  createContexts,
  machineEnvironment,
} from './runner-context.ts'
import { interpolate, isTrue, type Scope } from './runner-expressions.ts'
import { FileCommands } from './runner-files.ts'
import { createFolders, empty, type Folders, listFiles, writeFiles } from './runner-folders.ts'
import type { StepLog } from './runner-log.ts'
import { Masks } from './runner-masks.ts'
import { hasInEnvironment, type ProcessInfo, processIds, readProcess } from './runner-processes.ts'
import { type Conclusion, type Step, type StepHandle, startStep } from './runner-step.ts'
import { ProcessWatch } from './runner-watch.ts'

export { leaks } from './runner-leaks.ts'
export type { Step, StepHandle } from './runner-step.ts'

type Values = Readonly<Record<string, string>>

export interface JobOptions extends ContextOptions {
  /** `env:` of the job. The log shows it. */
  readonly env?: Values
  /** Environment of the runner's own process, as set on the machine. Nothing shows it. */
  readonly machine?: Values
  /** Values of the secrets context, masked from the start. */
  readonly secrets?: readonly string[]
  /** Files of the workspace by their path. */
  readonly workspace?: Readonly<Record<string, string | Uint8Array>>
  /** As ACTIONS_STEP_DEBUG: debug lines are shown and commands echoed. */
  readonly debug?: boolean
}

export interface StepOptions {
  readonly id?: string
  readonly with?: Readonly<Record<string, string | number | boolean>>
  /** `env:` of the step. */
  readonly env?: Values
  /** Cancels the step, and with it the job, as `cancel()` does. */
  readonly signal?: AbortSignal
}

interface PostStep {
  readonly action: Action
  readonly id: string
  readonly options: StepOptions
  state: Values
}

/** A job on a fresh self-hosted runner. Needs Linux, for /proc. */
export async function createJob(options: JobOptions = {}): Promise<Job> {
  return new Job(options, await ProcessWatch.create())
}

/**
 * One job: its folders, its environment and its steps. Steps run when they are asked for, also after one that failed
 * (as with `if: always()`). ACTIONS_RUNTIME_… and the id-token variables are not set, problem matchers do nothing.
 */
export class Job implements AsyncDisposable {
  readonly folders: Folders
  readonly masks = new Masks()
  /** `github.token` */
  readonly token = `ghs_${randomBytes(18).toString('hex')}`
  /** Those that have ended, in the order of their start. */
  readonly steps: Step[] = []
  /** What `success()`, `failure()` and `cancelled()` ask. */
  status: Conclusion = 'success'
  readonly #contexts: Contexts
  readonly #machine: Values
  readonly #env: Record<string, string>
  readonly #path: string[] = []
  readonly #posts: PostStep[] = []
  readonly #running = new Set<StepHandle>()
  readonly #watch: ProcessWatch
  readonly #debug: boolean
  readonly #trackingId = `github_${randomUUID()}`

  constructor(options: JobOptions, watch: ProcessWatch) {
    this.folders = createFolders(options.repository?.split('/')[1] ?? 'app')
    this.#debug = options.debug ?? false
    this.#contexts = createContexts(options, this.folders, this.token, this.#debug)
    this.#machine = { ...machineEnvironment(this.folders), ...options.machine, RUNNER_TRACKING_ID: this.#trackingId }
    this.#env = { ...options.env }
    this.#watch = watch
    for (const secret of [this.token, ...(options.secrets ?? [])]) this.masks.addLines(secret)
    this.masks.add(Buffer.from(`x-access-token:${this.token}`).toString('base64'))
    writeFiles(this.folders.workspace, options.workspace ?? {})
    writeFileSync(this.folders.event, JSON.stringify(this.#contexts.github['event'], null, 2))
  }

  /** Runs `actions/<name>` or the action in an absolute folder to its end. A failed step does not reject. */
  async run(action: string, options: StepOptions = {}): Promise<Step> {
    return this.start(action, options).result
  }

  start(nameOrFolder: string, options: StepOptions = {}): StepHandle {
    const action = readAction(nameOrFolder)
    const id = options.id ?? `__${nameOrFolder.replace(/[^A-Za-z0-9-]+/g, '_')}`
    const post: PostStep = { action, id, options, state: {} }
    const handle = this.#start(post, 'main')
    if (action.post !== undefined) this.#posts.push(post)
    return handle
  }

  /** Runs the post steps of all steps so far whose `post-if` holds, last first. */
  async post(): Promise<Step[]> {
    const steps: Step[] = []
    for (let post = this.#posts.pop(); post !== undefined; post = this.#posts.pop()) {
      if (isTrue(post.action.postIf, this.#scope(post.id))) steps.push(await this.#start(post, 'post').result)
    }
    return steps
  }

  /** Stops what still runs, empties RUNNER_TEMP as the runner does, and removes all folders of the job. */
  async end(): Promise<{ readonly orphans: readonly ProcessInfo[] }> {
    for (const handle of this.#running) handle.signal('SIGKILL')
    await Promise.allSettled([...this.#running].map((handle) => handle.result))
    const orphans = processIds()
      .filter((pid) => hasInEnvironment(pid, this.#trackingId))
      .flatMap((pid) => readProcess(pid) ?? [])
    for (const { pid } of orphans) process.kill(pid, 'SIGKILL')
    empty(this.folders.temp)
    await this.#watch.close()
    rmSync(this.folders.root, { recursive: true, force: true })
    return { orphans }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }

  #scope(id: string): Scope {
    const { github, runner } = this.#contexts
    return { contexts: { github: { ...github, action: id }, runner, env: this.#env }, status: this.status }
  }

  #start(step: PostStep, stage: 'main' | 'post'): StepHandle {
    const { action, id, options } = step
    const files = new FileCommands(this.folders.temp)
    const inputs = this.#inputs(step)
    const shown = { ...this.#env, ...options.env }
    const github = { ...this.#contexts.github, ...files.paths, action: id, ...repositoryOf(action) }
    const env = {
      ...{ CI: 'true', ...this.#machine, ...shown },
      ...Object.fromEntries(Object.entries(step.state).map(([key, value]) => [`STATE_${key}`, value])),
      ...inputEnvironment(inputs),
      ...this.#pathEnvironment(shown),
      ...contextEnvironment({ github, runner: this.#contexts.runner }),
      GITHUB_ACTIONS: 'true',
    }
    const prologue = (log: StepLog) => {
      if (stage === 'post') log.output('Post job cleanup.')
      else printDetails(log, action, options, inputs, { ...shown, ...this.#pathEnvironment(shown) })
    }
    const plan = { id, action, stage, script: script(action, stage), cwd: this.folders.workspace, env, files, prologue }
    const host = { masks: this.masks, debug: this.#debug, watch: this.#watch, listFiles: () => listFiles(this.folders) }
    return this.#follow(startStep({ ...plan, state: step.state }, host), step)
  }

  /** Carries the results of a step over to the job. */
  #follow(handle: StepHandle, step: PostStep): StepHandle {
    const result = handle.result.then((ended) => {
      this.#running.delete(tracked)
      this.steps.push(ended)
      Object.assign(this.#env, ended.env)
      for (const folder of ended.path) {
        this.#path.splice(0, this.#path.length, ...this.#path.filter((other) => other !== folder), folder)
      }
      step.state = ended.state
      if (ended.conclusion !== 'success' && this.status !== 'cancelled') this.status = ended.conclusion
      return ended
    })
    const cancel = async () => {
      this.status = 'cancelled'
      await handle.cancel()
      return result
    }
    const tracked: StepHandle = Object.defineProperties({} as StepHandle, {
      ...Object.getOwnPropertyDescriptors(handle),
      result: { value: result },
      cancel: { value: cancel },
    })
    this.#running.add(tracked)
    const abort = () => void cancel()
    if (step.options.signal?.aborted) abort()
    step.options.signal?.addEventListener('abort', abort, { once: true })
    return tracked
  }

  /** What was given, in the order given, then the defaults of the rest. */
  #inputs({ action, id, options }: PostStep): Record<string, string> {
    const inputs: Record<string, string> = {}
    for (const [name, value] of Object.entries(options.with ?? {})) setIgnoringCase(inputs, name, String(value))
    const given = new Set(Object.keys(inputs).map((name) => name.toLowerCase()))
    for (const [name, value] of action.inputs) {
      if (!given.has(name.toLowerCase())) inputs[name] = interpolate(value, this.#scope(id))
    }
    return inputs
  }

  #pathEnvironment(shown: Values): Record<string, string> {
    if (this.#path.length === 0) return {}
    const base = shown['PATH'] ?? this.#machine['PATH'] ?? ''
    return { PATH: [...this.#path.toReversed(), base].join(delimiter) }
  }
}

function repositoryOf(action: Action): Record<string, string> {
  const [, repository, ref] = /^([^/]+\/[^/]+)\/.*@(.*)$/.exec(action.name) ?? []
  return repository === undefined || ref === undefined ? {} : { action_repository: repository, action_ref: ref }
}

/** The warnings about inputs and the folded first lines of a step (actions/runner ActionRunner.cs, Handler.cs). */
function printDetails(log: StepLog, action: Action, options: StepOptions, inputs: Values, env: Values): void {
  const valid = [...action.inputs.keys()]
  const known = new Map(valid.map((name) => [name.toLowerCase(), name]))
  const given = Object.keys(options.with ?? {})
  for (const name of given) {
    const message = action.deprecated.get(known.get(name.toLowerCase()) ?? '')
    if (message !== undefined) log.issue('warning', `Input '${name}' has been deprecated with message: ${message}`)
  }
  const unexpected = given.filter((name) => !known.has(name.toLowerCase()))
  if (unexpected.length > 0) {
    const list = (names: string[]) => `'${names.join("', '")}'`
    log.issue('warning', `Unexpected input(s) ${list(unexpected)}, valid inputs are [${list(valid)}]`)
  }
  log.output(`##[group]Run ${action.name}`)
  const filled = Object.entries(inputs).filter(([, value]) => value !== '')
  if (Object.keys(inputs).length > 0) log.output('with:')
  for (const [name, value] of filled) log.output(`  ${name}: ${value}`)
  if (Object.keys(env).length > 0) log.output('env:')
  for (const [name, value] of Object.entries(env)) log.output(`  ${name}: ${value}`)
  log.output('##[endgroup]')
}
