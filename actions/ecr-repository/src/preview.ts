import { block } from '@container-actions/core'
import { plannedCalls } from './dry-run.ts'
import type { Outputs } from './outputs.ts'
import type { Plan } from './plan.ts'
import { outputsOf, type Run, rowOf } from './run.ts'
import { summaryTable } from './summary.ts'

const wouldBecome = ({ found }: Plan, calls: readonly string[]): string =>
  calls.length === 0 ? 'nothing to do' : found === undefined ? 'would be created' : 'would be changed'

/** Shows the calls that the step would make, without making them. */
export async function preview(run: Run, policy: string): Promise<Outputs> {
  const { plans, inputs, declaredFor, location, job } = run
  const calls = plans.map((plan) => plannedCalls(plan, inputs.mode, declaredFor, location))
  const lines = calls.flat()
  await job.phase('Dry run: the calls that this step would make', async () => {
    for (const line of lines.length > 0 ? lines : ['None: there is nothing to do.']) job.runner.info(line)
  })
  const rows = plans.map((plan, index) => rowOf(plan, wouldBecome(plan, calls[index] ?? [])))
  await job.runner.summary(
    [
      summaryTable(rows, location.region),
      ...(lines.length > 0 ? [block('The calls that this step would make:', lines)] : []),
      block('The least-privilege IAM policy for these inputs:', [policy]),
    ].join(''),
  )
  return outputsOf(run)
}
