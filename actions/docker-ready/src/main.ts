import { Failure, formatDuration, type Job } from '@container-actions/core'
import { readDaemon } from './daemon.ts'
import { HINTS } from './hint.ts'
import type { Inputs } from './inputs.ts'
import { resolveEndpoints } from './resolve.ts'
import { type NotReady, type Ready, waitForDaemon } from './wait.ts'

/** Named as in action.yml. */
export type Outputs = {
  readonly ready: boolean
  readonly endpoint: string
  readonly endpoint_source: string
  readonly server_version?: string
  readonly api_version?: string
  readonly waited_ms: number
  readonly attempts: number
  readonly cause: string
  readonly hint: string
}

const spent = ({ endpoint, waitedMs, attempts }: Ready | NotReady) => ({
  endpoint: endpoint.url,
  endpoint_source: endpoint.source,
  waited_ms: waitedMs,
  attempts,
})

export async function main(inputs: Inputs, job: Job): Promise<Outputs> {
  const endpoints = resolveEndpoints(inputs, job.env, process.getuid?.() ?? 0)
  const result = await job.phase('Wait for Docker', () =>
    waitForDaemon(endpoints, {
      timeout: inputs.timeout,
      failFast: inputs.failFast,
      signal: job.signal,
      env: job.env,
      say: job.runner.info,
    }),
  )
  if (result.ready) {
    job.runner.info(`Docker is ready at ${result.endpoint.url} after ${formatDuration(result.waitedMs)}.`)
    const daemon = await readDaemon(result.endpoint, result.agent, result.pong, job.signal)
    result.agent.destroy()
    return {
      ready: true,
      ...spent(result),
      server_version: daemon.serverVersion,
      api_version: daemon.apiVersion,
      cause: '',
      hint: '',
    }
  }
  const hint = HINTS[result.diagnosis.cause]
  throw new Failure(`${result.endpoint.url} ${result.diagnosis.seen}. ${hint}`, {
    outputs: { ready: false, ...spent(result), cause: result.diagnosis.cause, hint },
  })
}
