import { type Environment, processEnvironment } from '../base/environment.ts'
import { describe, Failure, isOfSystem, notKnown, type OutputValues, reason, sentence } from '../base/failure.ts'
import { type System, systemProblem } from '../base/system.ts'
import { bundledDefaults, type InputDefaults } from './input-defaults.ts'
import { type InputReader, inputReader } from './inputs.ts'
import { createJob, type Job } from './job.ts'
import { actionsRunner, type Runner } from './runner.ts'

/** One action: how it reads its inputs, what it does, and what its post step undoes. */
export interface Action<Inputs, Outputs extends OutputValues> {
  /** Where it works. On any other system the step fails, and says so, before it does anything. */
  readonly systems: readonly System[]
  /** Reads every declared input, whatever the values of the others are. */
  readInputs(input: InputReader): Inputs
  /** Does the work. What it returns is written as the step's outputs, by name. */
  main(inputs: Inputs, job: Job): Promise<Outputs>
  /**
   * What the post step does, in this order, after the job and whatever happened; from the same bundle. The failure of
   * one is a warning, never a failed job, and keeps none of the others from its work.
   */
  readonly post?: readonly ((job: Job) => void | Promise<void>)[]
}

/** The runner ends a step 10 s after its first signal (7.5 s to SIGTERM, 2.5 s to SIGKILL); we are gone well before, in ms. */
const LAST_MOMENT = 4_000

/** How long something that is left open may hold the process of a step that is over, such as a connection to nowhere, in ms. */
const HELD = 1_000

/**
 * The argument by which `dist/post.js` tells the bundle that it is the post step. State of the main step could not: one
 * that is killed while it loads has saved none, and its post step would do the work.
 */
const POST = '--post'

/** Why `signal` aborted: the name of the process signal. */
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
  // Further lines are of a log or a stack.
  const [first = '', ...more] = describe(error).split('\n')
  job.runner.fail([changes === '' ? first : `${sentence(first)}${changes}`, ...more].join('\n'), at)
  if (error instanceof Error && error.cause !== undefined) job.runner.debug(`Cause: ${reason(error.cause)}`)
  if (isOfSystem(error)) job.runner.debug(String(error.stack))
}

/** Aborts `cancel` on the signals that the runner sends, and makes sure that the process ends even if the work does not. */
function cancelOnSignals(cancel: AbortController, end: () => void): void {
  const onSignal = (name: NodeJS.Signals) => {
    if (cancel.signal.aborted) return
    cancel.abort(new Cancelled(name))
    setTimeout(end, LAST_MOMENT)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
}

/**
 * Runs an action as the runner's step: reads and checks the inputs, does the work, writes the outputs, turns an error
 * into a failed step with one line, and ends children and temporary folders whatever happened.
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
    else await runMain(action, job, bundledDefaults(args[1]))
    cancel.signal.throwIfAborted()
  } catch (error) {
    if (cancel.signal.aborted) endNow()
    report(error, job)
    // What runs side by side with the part that failed: nobody waits for it, and a child that hangs would keep the step.
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
