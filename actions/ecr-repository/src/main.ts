import { type Job, locationFor } from '@container-actions/core'
import { applyAll } from './apply-all.ts'
import { check } from './check.ts'
import { declarationOf } from './declared.ts'
import type { Inputs } from './inputs.ts'
import type { Outputs } from './outputs.ts'
import { leastPolicy } from './permissions.ts'
import { readPlans } from './plan.ts'
import type { Ports } from './ports.ts'
import { preview } from './preview.ts'
import { type Run, titleOf } from './run.ts'

/** Finds, creates, changes or checks the repositories, depending on `mode`. */
export async function main(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  const { session } = ports
  const declaredFor = declarationOf(inputs.declared, job.env)
  let policy = ''
  const locate = async () => locationFor(session.region, inputs.registryId, await session.identity())
  // The user may not have any permissions yet, so print the policy before the first call.
  const known = inputs.dryRun
    ? await job.phase('Dry run: the least-privilege IAM policy for these inputs', async () => {
        const location = await locate()
        policy = JSON.stringify(leastPolicy(inputs, declaredFor(location), location), null, 2)
        job.runner.info(policy)
        return location
      })
    : undefined
  const [location, plans] = await job.phase(`Read ${titleOf(inputs.repos)}`, () =>
    Promise.all([known ?? locate(), readPlans(inputs, declaredFor, ports)]),
  )
  const run: Run = { inputs, ports, job, declaredFor, location, plans }
  if (inputs.mode === 'check') return check(run)
  return inputs.dryRun ? preview(run, policy) : applyAll(run)
}
