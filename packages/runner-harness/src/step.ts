import type { Action } from './action.ts'
import { CommandManager, type StepResults } from './command-manager.ts'
import type { Command } from './commands.ts'
import type { FileCommands } from './file-commands.ts'
import type { Files } from './folders.ts'
import { type Annotation, type Group, StepLog } from './log.ts'
import type { Masks } from './masks.ts'
import { type Launch, NodeProcess } from './node-process.ts'
import type { ProcessInfo } from './process-tree.ts'
import type { ProcessWatch } from './process-watch.ts'

export type Conclusion = 'success' | 'failure' | 'cancelled'

/** A completed step. */
export interface Step extends StepResults {
  readonly id: string
  readonly action: string
  readonly stage: 'main' | 'post'
  readonly conclusion: Conclusion
  /** 128 + signal number if a signal terminated it. */
  readonly exitCode: number
  readonly signal: NodeJS.Signals | null
  /** Markdown, masked. */
  readonly summary: string
  /** Masked; at most ten of each level. */
  readonly annotations: readonly Annotation[]
  /** Values that this step masked with add-mask, in order. */
  readonly masks: readonly string[]
  /** The log as GitHub shows it. */
  readonly log: string
  /** Output on stdout and stderr, before any masking. */
  readonly raw: string
  readonly commands: readonly Command[]
  readonly groups: readonly Group[]
  readonly startedAt: Date
  readonly durationMs: number
  /** Content of the job's folders when the step ended. */
  readonly files: Files
  /** Argument lists of all observed processes of the step. */
  readonly argv: readonly (readonly string[])[]
  /** Processes that outlived the step. */
  readonly leftovers: readonly ProcessInfo[]
}

/** A running step. */
export interface StepHandle {
  readonly pid: number
  /** Masked, so far. */
  readonly log: string
  /** Unmasked, so far. */
  readonly raw: string
  /** Rejects if the step ends without a match. */
  waitForLog(pattern: RegExp): Promise<RegExpExecArray>
  /** Same as the cancel button: SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL. The job is cancelled too. */
  cancel(): Promise<Step>
  signal(signal: NodeJS.Signals): void
  readonly result: Promise<Step>
}

/** Everything that one stage of one action needs to run. */
export interface StepPlan {
  readonly id: string
  readonly action: Action
  readonly stage: 'main' | 'post'
  readonly script: string
  readonly launch: Launch
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly files: FileCommands
}

/** The job that a step runs in. */
export interface StepHost {
  readonly masks: Masks
  readonly debug: boolean
  readonly watch: ProcessWatch
  listFiles(): Files
  /** Writes to the log before the process starts. */
  prologue(log: StepLog): void
  onCancel(): void
  /** Called before the result is returned. */
  onEnd(step: Step): void
}

export function startStep(plan: StepPlan, host: StepHost): StepHandle {
  return new RunningStep(plan, host)
}

class RunningStep implements StepHandle {
  readonly result: Promise<Step>
  readonly #plan: StepPlan
  readonly #host: StepHost
  readonly #log: StepLog
  readonly #results: StepResults
  readonly #manager: CommandManager
  readonly #startedAt = new Date()
  readonly #child: NodeProcess
  #cancelled: Promise<void> | undefined

  constructor(plan: StepPlan, host: StepHost) {
    this.#plan = plan
    this.#host = host
    this.#log = new StepLog(host.masks, host.debug)
    this.#results = { outputs: {}, state: { ...plan.state }, env: {}, path: [] }
    this.#manager = new CommandManager(this.#log, host.masks, this.#results, plan.env, host.debug)
    host.prologue(this.#log)
    this.#child = new NodeProcess(plan.launch(plan), (line) => this.#manager.line(line))
    const { suffix } = plan.files
    host.watch.begin(suffix, { root: this.pid, environment: suffix, folder: plan.cwd })
    this.result = this.#finish()
  }

  get pid(): number {
    return this.#child.pid
  }

  get log(): string {
    return this.#log.text
  }

  get raw(): string {
    return this.#child.raw
  }

  waitForLog(pattern: RegExp): Promise<RegExpExecArray> {
    return waitForLog(pattern, this.#log, this.result)
  }

  async cancel(): Promise<Step> {
    this.#host.onCancel()
    this.#cancelled ??= this.#child.cancel()
    await this.#cancelled
    return this.result
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.signal(signal)
  }

  async #finish(): Promise<Step> {
    const { id, action, stage, files } = this.#plan
    const exit = await this.#child.exit
    const durationMs = Date.now() - this.#startedAt.getTime()
    const seen = await this.#host.watch.end(files.suffix)
    const { summary, failed } = files.collect(this.#results, this.#log, this.#host.masks)
    if (this.#cancelled !== undefined) this.#log.issue('error', 'The operation was canceled.')
    const broken = exit.exitCode !== 0 || failed || this.#manager.failed
    const step: Step = {
      ...{ id, action: action.name, stage, ...exit, ...this.#results, summary },
      conclusion: this.#cancelled !== undefined ? 'cancelled' : broken ? 'failure' : 'success',
      ...{ annotations: this.#log.annotations, log: this.log, groups: this.#log.groups, raw: this.raw },
      ...{ masks: this.#manager.masked, commands: this.#manager.commands, startedAt: this.#startedAt, durationMs },
      ...{ files: this.#host.listFiles(), argv: seen.argv, leftovers: seen.survivors },
    }
    this.#host.onEnd(step)
    return step
  }
}

async function waitForLog(pattern: RegExp, log: StepLog, result: Promise<Step>): Promise<RegExpExecArray> {
  const find = () => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(log.text)
  let stop = () => {}
  const seen = new Promise<RegExpExecArray>((resolve) => {
    const look = () => {
      const match = find()
      if (match !== null) resolve(match)
    }
    stop = log.listen(look)
    look()
  })
  const ended = result.then((step) => {
    const match = find()
    if (match !== null) return match
    throw new Error(`The step ended (${step.conclusion}) without ${pattern} in its log:\n${step.log}`)
  })
  return Promise.race([seen, ended]).finally(stop)
}
