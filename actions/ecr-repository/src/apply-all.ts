import { type Job, settleAll } from '@container-actions/core'
import { type Applied, apply, failed } from './apply.ts'
import { cure, driftText } from './drift.ts'
import type { Inputs } from './inputs.ts'
import type { Outputs } from './outputs.ts'
import { AT_ONCE, type Plan } from './plan.ts'
import { oneError } from './refusal.ts'
import { outputsOf, type Run, rowOf, titleOf } from './run.ts'
import { summaryTable } from './summary.ts'

function outcomeOf({ created, changed, error }: Applied): string {
  if (error !== undefined) return 'failed'
  if (created) return 'created'
  return changed.length === 0 ? 'found' : `changed ${changed.join(', ')}`
}

/** Logs a repository that is left unchanged; in `ensure` mode, that is always the case. */
function sayFound(plan: Plan, { mode }: Inputs, job: Job): void {
  if (plan.found === undefined) return
  const differs = driftText(plan)
  if (differs === undefined) job.runner.info(`Found ${plan.found.uri}${mode === 'ensure' ? '' : ', as declared'}`)
  else if (mode === 'ensure') {
    job.runner.info(`Found ${plan.found.uri}, left as it is: ${differs}. ${cure(plan)}`)
  }
}

/** Brings all repositories to the declared state, a few at a time, and fails with all errors. */
export async function applyAll(run: Run): Promise<Outputs> {
  const { plans, inputs, declaredFor, ports, job, location } = run
  for (const plan of plans) sayFound(plan, inputs, job)
  const busy = plans.filter(
    ({ found, differences }) => !found || (inputs.mode === 'reconcile' && differences.length > 0),
  )
  const work = async () => {
    const settled = await settleAll(plans, AT_ONCE, (plan) => apply(plan, declaredFor, ports, inputs, job))
    job.signal.throwIfAborted()
    return settled
  }
  const results =
    busy.length === 0 ? await work() : await job.phase(`Change ${titleOf(busy.map(({ name }) => name))}`, work)
  const applied = results.map((result) => (result.status === 'fulfilled' ? result.value : failed(result.reason)))
  const rows = plans.map((plan, index) => {
    const done = applied[index]
    return rowOf(plan, done ? outcomeOf(done) : '', done?.repository)
  })
  await job.runner.summary(summaryTable(rows, location.region))
  const errors = applied.flatMap(({ error }) => error ?? [])
  const outputs = outputsOf(run, applied)
  if (errors.length > 0) throw oneError(errors, outputs)
  return outputs
}
