import { type Environment, processEnvironment } from '../base/environment.ts'
import { describe, Failure, isOfSystem, notKnown, type OutputValues, reason, sentence } from '../base/failure.ts'
import { type System, systemProblem } from '../base/system.ts'
import { bundledDefaults, type InputDefaults } from './input-defaults.ts'
import { type InputReader, inputReader } from './inputs.ts'
import { createJob, type Job } from './job.ts'
import { actionsRunner, type Runner } from './runner.ts'
import { checkRunnerFiles } from './runner-files.ts'

/** An action: how it reads its inputs, what it does, and what its post step cleans up. */
export interface Action<Inputs, Outputs extends OutputValues> {
  /** Supported operating systems. On any other one, the step fails with an error before it does anything. */
  readonly systems: readonly System[]
  /** Reads every declared input, regardless of the values of the others. */
  readInputs(input: InputReader): Inputs
  /** Does the work. The result is written as the step's outputs, by name. */
  main(inputs: Inputs, job: Job): Promise<Outputs>
  /**
   * Functions of the post step, in order, after the job and regardless of its result; from the same bundle. If one
   * fails, it logs a warning, never fails the job, and the others still run.
   */
  readonly post?: readonly ((job: Job) => void | Promise<void>)[]
}

/**
 * The runner kills a step 10 s after its first signal (7.5 s to SIGTERM, 2.5 s to SIGKILL); we exit well before, in ms.
 */
const LAST_MOMENT = 4_000

/** How long an open resource, such as a connection to nowhere, may keep the process of a finished step alive, in ms. */
const HELD = 1_000

/**
 * The argument with which `dist/post.js` tells the bundle that it is the post step. State of the main step would not
 * work: if it is killed while it loads, it has saved none, and its post step would do the main work.
 */
const POST = '--post'

/** Abort reason: the name of the process signal. */
class Cancelled extends Error {}

const done = (changes: readonly string[]): string =>
  changes.length === 0 ? '' : ` Already done: ${changes.join('; ')}.`

function cancelLine(signalName: string, job: Job): string {
  const during = job.current === undefined ? '' : ` during '${job.current}'`
  const outcome = [...job.unknown.map((what) => ` ${notKnown(what)}`), done(job.changes)].join('')
  return `Cancelled by ${signalName}${during}.${outcome || ' Nothing was changed.'}`
}

function writeOutputs(runner: Runner, outputs: OutputValues): void {
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value ?? '')
}

async function runMain<I, O extends OutputValues>(
  action: Action<I, O>,
  job: Job,
  defaults: InputDefaults,
): Promise<void> {
  const { runner } = job
  const reader = inputReader(job.env, defaults)
  const inputs = action.readInputs(reader)
  for (const line of reader.unknown()) runner.warning(line)
  reader.check()
  writeOutputs(runner, await action.main(inputs, job))
}

function report(error: unknown, job: Job): void {
  if (job.signal.reason instanceof Cancelled) {
    job.runner.fail(cancelLine(job.signal.reason.message, job))
    return
  }
  const outputs = error instanceof Failure ? error.outputs : {}
  try {
    writeOutputs(job.runner, outputs)
  } catch (second) {
    job.runner.warning(describe(second))
  }
  const changes = done(job.changes)
  const at = error instanceof Failure ? error.at : undefined
  // Further lines belong to a log or a stack trace.
  const [first = '', ...more] = describe(error).split('\n')
  job.runner.fail([changes === '' ? first : `${sentence(first)}${changes}`, ...more].join('\n'), at)
  if (error instanceof Error && error.cause !== undefined) job.runner.debug(`Cause: ${reason(error.cause)}`)
  if (isOfSystem(error)) job.runner.debug(String(error.stack))
}

/** Aborts `cancel` on the runner's signals, and ensures that the process exits even if the work does not finish. */
function cancelOnSignals(cancel: AbortController, end: () => void): void {
  const onSignal = (name: NodeJS.Signals) => {
    if (cancel.signal.aborted) return
    cancel.abort(new Cancelled(name))
    setTimeout(end, LAST_MOMENT)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
}

/**
 * Runs an action as a step: reads and validates the inputs, does the work, writes the outputs, converts an error to a
 * failed step with one line, and always terminates children and removes temporary folders.
 */
export async function runAction<I, O extends OutputValues>(
  action: Action<I, O>,
  runner: Runner = actionsRunner,
  env: Environment = processEnvironment(),
  args: readonly string[] = process.argv,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const cancel = new AbortController()
  const job = createJob(runner, env, cancel.signal)
  const endNow = () => {
    report(undefined, job)
    job.cleanUp()
    process.exit(1)
  }
  cancelOnSignals(cancel, endNow)
  try {
    const problem = systemProblem(action.systems, platform)
    if (problem !== undefined) throw new Failure(problem)
    if (action.post && args.includes(POST)) await runPost(action.post, job)
    else {
      if (runner === actionsRunner) checkRunnerFiles(env)
      await runMain(action, job, bundledDefaults(args[1]))
    }
    cancel.signal.throwIfAborted()
  } catch (error) {
    if (cancel.signal.aborted) endNow()
    report(error, job)
    // Nobody waits for work in parallel to the part that failed, and a hanging child would block the step.
    cancel.abort(error)
  } finally {
    job.cleanUp()
    if (runner === actionsRunner) setTimeout(() => process.exit(), HELD).unref()
  }
}

async function runPost(post: NonNullable<Action<unknown, OutputValues>['post']>, job: Job): Promise<void> {
  for (const work of post) {
    try {
      await work(job)
    } catch (error) {
      job.signal.throwIfAborted()
      job.runner.warning(
        `Cleaning up failed; the job is not affected: ${error instanceof Failure ? error.message : describe(error)}`,
      )
    }
  }
}
