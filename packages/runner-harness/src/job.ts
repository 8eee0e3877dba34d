import { randomBytes, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { type Action, readAction, script } from './action.ts'
import * as context from './context.ts'
import { interpolate, isTrue } from './expressions.ts'
import { FileCommands } from './file-commands.ts'
import { createFolders, empty, type Folders, listFiles, removeRoot, writeFiles } from './folders.ts'
import { inputEnvironment, printDetails, resolveInputs, warnAboutInputs } from './inputs.ts'
import type { JobOptions, StepOptions, Values } from './job-options.ts'
import { Masks } from './masks.ts'
import { type Launch, launchHere } from './node-process.ts'
import { beforeProcessEnds } from './on-process-exit.ts'
import { killProcess, type ProcessInfo, processesWith } from './process-tree.ts'
import type { ProcessWatch } from './process-watch.ts'
import { type Conclusion, type Step, type StepHandle, type StepHost, startStep } from './step.ts'
import { asUser, giveTo, openPath, type User } from './user.ts'

/** One `uses:` and the state that its main step leaves for its post step. */
interface Use {
  readonly action: Action
  readonly id: string
  readonly options: StepOptions
  state: Values
}

/**
 * One job: its folders, its environment and its steps. Steps run when requested, even after a failed one (as with `if:
 * always()`). ACTIONS_RUNTIME_… and the id-token variables are not set; problem matchers have no effect.
 */
export class Job implements AsyncDisposable {
  readonly folders: Folders
  readonly masks = new Masks()
  /** `github.token` */
  readonly token = `ghs_${randomBytes(18).toString('hex')}`
  /** Completed steps, in order of completion. */
  readonly steps: Step[] = []
  /** The status that `success()`, `failure()` and `cancelled()` evaluate. */
  status: Conclusion = 'success'
  /** Whom the job's folders belong to and steps run as, where it is not the user of this process. */
  readonly user: User | undefined
  /** Runs the steps elsewhere than here: in the job's container. */
  container: Launch | undefined
  readonly #contexts: context.Contexts
  readonly #machine: Values
  readonly #env: Record<string, string>
  readonly #debug: boolean
  readonly #watch: ProcessWatch
  readonly #trackingId = `github_${randomUUID()}`
  readonly #running = new Set<StepHandle>()
  readonly #posts: Use[] = []
  readonly #forget: () => void
  #path: readonly string[] = []
  #end: Promise<{ readonly orphans: readonly ProcessInfo[] }> | undefined

  constructor(options: JobOptions, watch: ProcessWatch) {
    this.#watch = watch
    this.#debug = options.debug ?? false
    this.user = options.user
    this.folders = createFolders(options.repository?.split('/')[1] ?? 'app')
    this.#forget = beforeProcessEnds(() => {
      for (const { pid } of processesWith(this.#trackingId)) process.kill(pid, 'SIGKILL')
      removeRoot(this.folders.root)
    })
    this.#contexts = context.createContexts(options, this.folders, this.token, this.#debug)
    const own = context.machineEnvironment(this.folders)
    const machine: Record<string, string> = { ...own, ...options.machine, RUNNER_TRACKING_ID: this.#trackingId }
    this.#machine = this.user === undefined ? machine : { ...machine, PATH: openPath(machine['PATH'] ?? '') }
    this.#env = { ...options.env }
    for (const secret of [this.token, ...(options.secrets ?? [])]) this.masks.addLines(secret)
    this.masks.add(Buffer.from(`x-access-token:${this.token}`).toString('base64'))
    writeFiles(this.folders.workspace, options.workspace ?? {})
    writeFileSync(this.folders.event, JSON.stringify(this.#contexts.github['event'], null, 2))
    this.handOver(this.folders.root)
  }

  /** `env:` of the job, including what its steps have exported. */
  get environment(): Values {
    return this.#env
  }

  /** Gives the job's user a folder, with all that a test has written into it. */
  handOver(folder: string): void {
    if (this.user !== undefined) giveTo(this.user, folder)
  }

  /** Runs `actions/<name>` or the action in an absolute folder to its end. A failed step does not reject. */
  async run(action: string, options: StepOptions = {}): Promise<Step> {
    return this.start(action, options).result
  }

  start(nameOrFolder: string, options: StepOptions = {}): StepHandle {
    const id = options.id ?? `__${nameOrFolder.replace(/[^A-Za-z0-9-]+/g, '_')}`
    const use: Use = { action: readAction(nameOrFolder), id, options, state: {} }
    const handle = this.#start(use, 'main')
    if (use.action.post !== undefined) this.#posts.push(use)
    return handle
  }

  /** Runs the post steps of all steps so far whose `post-if` is true, last first. */
  async post(): Promise<Step[]> {
    const steps: Step[] = []
    for (let use = this.#posts.pop(); use !== undefined; use = this.#posts.pop()) {
      const scope = { contexts: { ...this.#contexts, env: this.#env }, status: this.status }
      if (isTrue(use.action.postIf, scope)) steps.push(await this.#start(use, 'post').result)
    }
    return steps
  }

  /**
   * Kills running steps and the processes that steps left behind, empties RUNNER_TEMP as the runner does, and removes
   * all folders of the job. Returns the leftover processes, found as the runner finds them, by RUNNER_TRACKING_ID.
   */
  end(): Promise<{ readonly orphans: readonly ProcessInfo[] }> {
    this.#end ??= this.#close()
    return this.#end
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }

  async #close(): Promise<{ readonly orphans: readonly ProcessInfo[] }> {
    for (const handle of this.#running) handle.signal('SIGKILL')
    await Promise.allSettled([...this.#running].map((handle) => handle.result))
    const orphans = processesWith(this.#trackingId)
    for (const left of [...orphans, ...this.steps.flatMap((step) => step.leftovers)]) await killProcess(left)
    empty(this.folders.temp)
    removeRoot(this.folders.root)
    this.#forget()
    return { orphans }
  }

  #start(use: Use, stage: 'main' | 'post'): StepHandle {
    const { action, id, options } = use
    const files = new FileCommands(this.folders.temp)
    const github = { ...this.#contexts.github, ...files.paths, action: id, ...action.origin }
    const contexts = { ...this.#contexts, github }
    const inputs = resolveInputs(action, options.with ?? {}, (text) =>
      interpolate(text, { contexts, status: this.status }),
    )
    const shown = { ...this.#env, ...options.env }
    // The Node versions of the runner and of the action can differ (https://github.com/actions/runner/issues/795).
    const { NODE_ICU_DATA: _, ...given } = shown
    const env = {
      ...{ CI: 'true', ...this.#machine, ...given },
      ...Object.fromEntries(Object.entries(use.state).map(([key, value]) => [`STATE_${key}`, value])),
      ...{ ...inputEnvironment(inputs), ...this.#pathEnvironment(shown), ...context.contextEnvironment(contexts) },
      GITHUB_ACTIONS: 'true',
    }
    const host: StepHost = {
      ...{ masks: this.masks, debug: this.#debug, watch: this.#watch, listFiles: () => listFiles(this.folders) },
      onCancel: () => {
        this.status = 'cancelled'
      },
      onEnd: (step) => this.#finish(use, handle, step),
      prologue: (log) => {
        warnAboutInputs(log, action, options.with ?? {})
        if (stage === 'post') log.output('Post job cleanup.')
        else printDetails(log, action, inputs, shown)
      },
    }
    this.handOver(dirname(files.paths.output))
    const launch = this.container ?? launchHere(this.user && asUser(this.user))
    const plan = { id, action, stage, script: script(action, stage), launch, cwd: this.folders.workspace, env, files }
    const handle = startStep({ ...plan, state: use.state }, host)
    this.#running.add(handle)
    const cancel = () => void handle.cancel()
    if (options.signal?.aborted) cancel()
    options.signal?.addEventListener('abort', cancel, { once: true })
    return handle
  }

  /** Applies the results of a step to the job. */
  #finish(use: Use, handle: StepHandle, step: Step): void {
    this.#running.delete(handle)
    this.steps.push(step)
    use.state = step.state
    Object.assign(this.#env, step.env)
    for (const folder of step.path) this.#path = [...this.#path.filter((other) => other !== folder), folder]
    if (step.conclusion === 'failure' && this.status === 'success') this.status = 'failure'
  }

  /** The folder exported last comes first. */
  #pathEnvironment(shown: Values): Record<string, string> {
    if (this.#path.length === 0) return {}
    const base = shown['PATH'] ?? this.#machine['PATH'] ?? ''
    return { PATH: [...this.#path.toReversed(), base].join(delimiter) }
  }
}
