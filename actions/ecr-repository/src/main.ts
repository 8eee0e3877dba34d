import { type AwsSession, type Ecr, type EcrSettings, type Job, placeFor } from '@container-actions/core'
import { bringAll } from './bring-all.ts'
import { check } from './check.ts'
import { declarationOf } from './declared.ts'
import type { Inputs } from './inputs.ts'
import { leastPolicy } from './permissions.ts'
import { readPlans } from './plan.ts'
import { preview } from './preview.ts'
import { type Run, titleOf } from './run.ts'

/** What this action needs of AWS. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity' | 'region'>
  readonly ecr: Pick<Ecr, 'find' | 'findAll' | 'create'>
  readonly settings: EcrSettings
}

/** Named as in action.yml. What is about a single repository has a line for each, in the order of `repo`. */
export type Outputs = {
  readonly repository_uri: string
  readonly repository_arn: string
  readonly repository_name: string
  readonly registry: string
  readonly registry_id: string
  readonly region: string
  readonly created: boolean
  readonly changed: boolean
  readonly drift: string
  readonly image_tag_mutability: string
  readonly encryption_type: string
}

/** Finds, creates, changes or checks the repositories, as `mode` says. */
export async function main(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  const { session } = ports
  const declaredFor = declarationOf(inputs.declared, job.env)
  let policy = ''
  const identify = async () => placeFor(session.region, inputs.registryId, await session.identity())
  // Whoever asks for the policy may not have the permissions yet, so it comes before the first call.
  const known = inputs.dryRun
    ? await job.phase('Dry run: the least IAM policy for these inputs', async () => {
        const place = await identify()
        policy = JSON.stringify(leastPolicy(inputs, declaredFor(place), place), null, 2)
        job.runner.info(policy)
        return place
      })
    : undefined
  const [place, plans] = await job.phase(`Read ${titleOf(inputs.repos)}`, () =>
    Promise.all([known ?? identify(), readPlans(inputs, declaredFor, ports)]),
  )
  const run: Run = { inputs, ports, job, declaredFor, place, plans }
  if (inputs.mode === 'check') return check(run)
  return inputs.dryRun ? preview(run, policy) : bringAll(run)
}
