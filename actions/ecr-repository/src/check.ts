import { driftFailure, driftText } from './drift.ts'
import type { Outputs } from './outputs.ts'
import { outputsOf, type Run, rowOf } from './run.ts'
import { details } from './settings/difference-text.ts'
import { summaryTable } from './summary.ts'

/** Reports differences from the declared settings, and fails if there are any. */
export async function check(run: Run): Promise<Outputs> {
  const { plans, job, location } = run
  const rows = plans.map((plan) => rowOf(plan, driftText(plan) ?? 'as declared'))
  for (const [index, { name, what }] of rows.entries()) {
    job.runner.info(`${name}: ${what}`)
    for (const line of plans[index]?.differences.flatMap(details) ?? []) job.runner.info(`  ${line}`)
  }
  await job.runner.summary(summaryTable(rows, location.region))
  const outputs = outputsOf(run)
  const failure = driftFailure(plans, outputs)
  if (failure !== undefined) throw failure
  return outputs
}
