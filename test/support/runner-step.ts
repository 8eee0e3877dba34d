import type { Action } from './runner-action.ts'
import { CommandManager, type StepResults } from './runner-command-manager.ts'
import type { Command } from './runner-commands.ts'
import type { FileCommands } from './runner-files.ts'
import type { Files } from './runner-folders.ts'
import { type Annotation, type Group, StepLog } from './runner-log.ts'
import type { Masks } from './runner-masks.ts'
import { NodeProcess } from './runner-process.ts'
import type { ProcessInfo } from './runner-processes.ts'
import type { ProcessWatch } from './runner-watch.ts'

export type Conclusion = 'success' | 'failure' | 'cancelled'

/** A step that has ended. */
export interface Step extends StepResults {
  readonly id: string
  readonly action: string
  readonly stage: 'main' | 'post'
  readonly conclusion: Conclusion
  /** 128 + signal number where a signal ended it. */
  readonly exitCode: number
  readonly signal: NodeJS.Signals | null
  /** Markdown, masked. */
  readonly summary: string
  /** Masked; at most ten of each level. */
  readonly annotations: readonly Annotation[]
  /** The values that this step masked with add-mask, in order. */
  readonly masks: readonly string[]
  /** As the web shows it. */
  readonly log: string
  /** What the process wrote to stdout and stderr, before any masking. */
  readonly raw: string
  readonly commands: readonly Command[]
  readonly groups: readonly Group[]
  readonly startedAt: Date
  readonly durationMs: number
  /** What lay in the job's folders when the step ended. */
  readonly files: Files
  /** Argument lists of all processes that the step was seen to run. */
  readonly argv: readonly (readonly string[])[]
  /** Processes that outlived the step. */
  readonly leftovers: readonly ProcessInfo[]
}

/** A step that runs. */
export interface StepHandle {
  readonly pid: number
  /** Masked, so far. */
  readonly log: string
  /** Unmasked, so far. */
  readonly raw: string
  /** Rejects if the step ends without it. */
  waitForLog(pattern: RegExp): Promise<RegExpExecArray>
  /** As the cancel button: SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL. The job is cancelled too. */
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
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly files: FileCommands
  /** Written into the log before the process starts. */
  readonly prologue: (log: StepLog) => void
}

/** What steps of one job share. */
export interface StepHost {
  readonly masks: Masks
  readonly debug: boolean
  readonly watch: ProcessWatch
  listFiles(): Files
}

export function startStep(plan: StepPlan, host: StepHost): StepHandle {
  const log = new StepLog(host.masks, host.debug)
  const results: StepResults = { outputs: {}, state: { ...plan.state }, env: {}, path: [] }
  const manager = new CommandManager(log, host.masks, results, plan.env, host.debug)
  plan.prologue(log)
  const startedAt = new Date()
  const child = new NodeProcess(plan.script, plan.cwd, plan.env, (line) => manager.line(line))
  host.watch.begin(child.pid, plan.files.suffix)
  let cancelled = false

  const finish = async (): Promise<Step> => {
    const exit = await child.exit
    const durationMs = Date.now() - startedAt.getTime()
    const seen = await host.watch.end(child.pid, plan.files.suffix)
    const { summary, failed } = plan.files.collect(results, log, host.masks)
    if (cancelled) log.issue('error', 'The operation was canceled.')
    const broken = exit.exitCode !== 0 || failed || manager.failed
    return {
      ...{ id: plan.id, action: plan.action.name, stage: plan.stage, ...exit, ...results, summary },
      conclusion: cancelled ? 'cancelled' : broken ? 'failure' : 'success',
      ...{ annotations: log.annotations, log: log.text, groups: log.groups },
      ...{ masks: manager.masked, commands: manager.commands, raw: child.raw, startedAt, durationMs },
      ...{ files: host.listFiles(), argv: seen.argv, leftovers: seen.survivors },
    }
  }
  const result = finish()
  return {
    pid: child.pid,
    get log() {
      return log.text
    },
    get raw() {
      return child.raw
    },
    waitForLog: (pattern) => waitForLog(pattern, log, result),
    cancel: async () => {
      cancelled = true
      await child.cancel()
      return result
    },
    signal: (signal) => child.signal(signal),
    result,
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
