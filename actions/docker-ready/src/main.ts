import {
  clientProblem,
  type DaemonDiagnosis,
  diagnoseError,
  explainDaemon,
  Failure,
  type NoDocker,
  type ReadyDaemon,
  RequestError,
  waitForDocker,
} from '@container-actions/core'
import { type Check, CURES } from './checks.ts'
import { exportEndpoint } from './exported-endpoint.ts'
import type { Inputs } from './inputs.ts'
import { type Inspection, inspect } from './inspection.ts'
import { type Outputs, outputsOf } from './outputs.ts'
import type { Step } from './step.ts'

/** Minimum time for the queries after the ping, in ms, even if the ping came at the last moment. */
const QUESTIONS = 5_000

/** Fails the step, or logs a warning if Docker is not required. */
function settle(sentence: string, outputs: Outputs, inputs: Inputs, step: Step): Outputs {
  if (inputs.required) throw new Failure(sentence, { outputs })
  step.runner.warning(sentence)
  return outputs
}

const settleWithout = (none: NoDocker, inputs: Inputs, step: Step): Outputs =>
  settle(none.sentence, outputsOf(none, undefined, none), inputs, step)

/** A daemon that answered the ping and nothing more. */
interface Lost {
  readonly kind: 'lost'
  readonly diagnosis: DaemonDiagnosis
}

const lost = (diagnosis: DaemonDiagnosis): Lost => ({ kind: 'lost', diagnosis })

/** The step's own deadline limits the queries after the ping; a daemon that dies during them is not a bug. */
async function question(ready: ReadyDaemon, inputs: Inputs, step: Step): Promise<Inspection | Lost> {
  const over = new AbortController()
  const end = () => over.abort()
  const deadline = setTimeout(end, Math.max(QUESTIONS, inputs.timeout - ready.waitedMs))
  step.signal.addEventListener('abort', end, { once: true })
  try {
    return await inspect(ready, inputs, step, over.signal)
  } catch (error) {
    step.signal.throwIfAborted()
    if (over.signal.aborted)
      return lost({ cause: 'not_answering', seen: 'answers a ping and not what is asked after it' })
    if (error instanceof RequestError) return lost(diagnoseError(ready.endpoint, error))
    throw error
  } finally {
    clearTimeout(deadline)
    step.signal.removeEventListener('abort', end)
    ready.agent.destroy()
  }
}

function judge(ready: ReadyDaemon, inspection: Inspection, inputs: Inputs, step: Step): Outputs {
  const { checks, warnings } = inspection
  for (const { line, failed } of checks) step.runner.info(`${failed === undefined ? 'Passed' : 'FAILED'}: ${line}`)
  for (const line of warnings) step.runner.warning(line)
  const absent = clientProblem(step.env)
  if (absent !== undefined) step.runner.info(absent)
  const failed = checks.filter((check): check is Required<Check> => check.failed !== undefined)
  if (failed[0] === undefined) {
    if (inputs.exportDockerHost) exportEndpoint(ready.endpoint, step)
    return outputsOf(ready, inspection, undefined)
  }
  const hint = [...new Set(failed.map((check) => CURES[check.failed]))].join(' ')
  const sentence = `Docker is ready at ${ready.endpoint.url}, but a check failed (${failed[0].failed}). ${failed.map(({ line }) => line).join('. ')}. ${hint}`
  return settle(sentence, outputsOf(ready, inspection, { cause: failed[0].failed, hint }), inputs, step)
}

/** Waits for the daemon, and inspects it once it is ready. */
export async function main(inputs: Inputs, step: Step): Promise<Outputs> {
  const result = await waitForDocker({ ...inputs, input: 'timeout' }, step)
  if (!result.ready) return settleWithout(result, inputs, step)
  const inspection = await question(result, inputs, step)
  if (inspection.kind === 'inspection') return judge(result, inspection, inputs, step)
  const { diagnosis } = inspection
  return settleWithout(await explainDaemon({ ...result, ready: false, end: 'lost', diagnosis }, step), inputs, step)
}
