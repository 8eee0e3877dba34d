import { Failure, formatDuration } from '@container-actions/core'
import type { Diagnosis } from './cause.ts'
import type { Check } from './checks.ts'
import { diagnoseError } from './diagnosis.ts'
import type { Endpoints } from './endpoint.ts'
import { describeEndpoint, exportEndpoint } from './endpoint-log.ts'
import { evidenceLines } from './evidence.ts'
import { HINTS, hintFor } from './hint.ts'
import type { Inputs } from './inputs.ts'
import { type Inspection, inspect } from './inspection.ts'
import { type Outputs, outputsOf } from './outputs.ts'
import { RequestError } from './ping.ts'
import { resolveEndpoints } from './resolve.ts'
import { currentUser, lookAround } from './scene.ts'
import type { Step } from './step.ts'
import { type NotReady, type Ready, waitForDaemon } from './wait.ts'

/** What is left at least for the questions after the ping, when it came at the last moment, in ms. */
const QUESTIONS = 5_000

const ENDS: Readonly<Record<NotReady['end'], string>> = {
  timeout: 'the time is up',
  hopeless: 'waiting does not cure this',
  cancelled: 'cancelled',
  lost: 'it answered a ping before',
}

/** Ends the step, or warns where Docker is not required. */
function settle(sentence: string, outputs: Outputs, inputs: Inputs, step: Step): Outputs {
  if (inputs.required) throw new Failure(sentence, { outputs })
  step.runner.warning(sentence)
  return outputs
}

async function explain(result: NotReady, inputs: Inputs, step: Step): Promise<Outputs> {
  const { endpoint, diagnosis, waitedMs, end } = result
  const scene = lookAround(endpoint, step.env)
  await step.phase('What this runner shows', async () => {
    for (const line of evidenceLines(scene)) step.runner.info(line)
  })
  const hint = hintFor(diagnosis.cause, scene, endpoint.url)
  const sentence = `Docker is not ready (${diagnosis.cause}) after ${formatDuration(waitedMs)}, ${ENDS[end]}: ${endpoint.url} ${diagnosis.seen}. ${hint}`
  return settle(sentence, outputsOf(result, undefined, { cause: diagnosis.cause, hint }), inputs, step)
}

/** The questions after the ping are bounded by the step's own deadline, and a daemon that dies under them is no bug. */
async function question(ready: Ready, inputs: Inputs, step: Step): Promise<Inspection | Diagnosis> {
  const over = new AbortController()
  const end = () => over.abort()
  const deadline = setTimeout(end, Math.max(QUESTIONS, inputs.timeout - ready.waitedMs))
  step.signal.addEventListener('abort', end, { once: true })
  try {
    return await inspect(ready, inputs, step, over.signal)
  } catch (error) {
    step.signal.throwIfAborted()
    if (over.signal.aborted) return { cause: 'not_answering', seen: 'answers a ping and not what is asked after it' }
    if (error instanceof RequestError) return diagnoseError(ready.endpoint, error)
    throw error
  } finally {
    clearTimeout(deadline)
    step.signal.removeEventListener('abort', end)
    ready.agent.destroy()
  }
}

function judge(ready: Ready, inspection: Inspection, inputs: Inputs, step: Step): Outputs {
  const { checks, warnings } = inspection
  for (const { line, failed } of checks) step.runner.info(`${failed === undefined ? 'Passed' : 'FAILED'}: ${line}`)
  for (const line of warnings) step.runner.warning(line)
  const failed = checks.filter((check): check is Required<Check> => check.failed !== undefined)
  if (failed[0] === undefined) {
    if (inputs.exportDockerHost) exportEndpoint(ready.endpoint, step)
    return outputsOf(ready, inspection, undefined)
  }
  const hint = [...new Set(failed.map((check) => HINTS[check.failed]))].join(' ')
  const sentence = `Docker is ready at ${ready.endpoint.url}, and not what is asked for (${failed[0].failed}). ${failed.map(({ line }) => line).join('. ')}. ${hint}`
  return settle(sentence, outputsOf(ready, inspection, { cause: failed[0].failed, hint }), inputs, step)
}

async function wait(endpoints: Endpoints, { timeout, failFast }: Inputs, step: Step): Promise<Ready | NotReady> {
  const { env, signal, runner } = step
  const result = await waitForDaemon(endpoints, { timeout, failFast, signal, env, say: runner.info })
  if (!result.ready && result.end === 'cancelled') {
    const { endpoint, diagnosis, waitedMs } = result
    runner.info(`Docker was not ready yet after ${formatDuration(waitedMs)}: ${endpoint.url} ${diagnosis.seen}.`)
    signal.throwIfAborted()
  }
  return result
}

/** Waits for the daemon, and looks at it once it is there. */
export async function main(inputs: Inputs, step: Step): Promise<Outputs> {
  const { env, runner } = step
  const endpoints = resolveEndpoints(inputs, env, currentUser().uid)
  if ('sentence' in endpoints) {
    const { cause, source, sentence } = endpoints
    const waited = { endpoint: { url: '', source }, waitedMs: 0, attempts: 0 }
    return settle(sentence, outputsOf(waited, undefined, { cause, hint: HINTS[cause] }), inputs, step)
  }
  runner.info(describeEndpoint(endpoints))
  const result = await step.phase('Wait for Docker', () => wait(endpoints, inputs, step))
  if (!result.ready) return explain(result, inputs, step)
  runner.info(`Docker is ready at ${result.endpoint.url} after ${formatDuration(result.waitedMs)}.`)
  const inspection = await question(result, inputs, step)
  if (!('seen' in inspection)) return judge(result, inspection, inputs, step)
  return explain({ ...result, ready: false, end: 'lost', diagnosis: inspection }, inputs, step)
}
