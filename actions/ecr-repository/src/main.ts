import {
  type AwsSession,
  type Ecr,
  type EcrSettings,
  type Job,
  type Repository,
  settleAll,
} from '@container-actions/core'
import { type Brought, bring, failed } from './bring.ts'
import { declarationOf } from './declared.ts'
import { driftFailure, driftOf, driftText } from './drift.ts'
import { plannedCalls } from './dry-run.ts'
import type { Inputs } from './inputs.ts'
import { leastPolicy } from './permissions.ts'
import { type Place, placeFor } from './place.ts'
import { AT_ONCE, type DeclaredFor, type Plan, readPlans } from './plan.ts'
import { oneError } from './refusal.ts'
import { type Row, summaryBlock, summaryTable } from './summary.ts'

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

/** One run over all repositories of the step. */
interface Run {
  readonly inputs: Inputs
  readonly ports: Ports
  readonly job: Job
  readonly declaredFor: DeclaredFor
  readonly place: Place
  readonly plans: readonly Plan[]
}

function outputsOf({ place, plans }: Run, brought: readonly Brought[] = []): Outputs {
  const now = plans.map(({ found }, index) => brought[index]?.repository ?? found)
  const lines = (of: (repository: Repository) => string) => now.map((each) => (each ? of(each) : '')).join('\n')
  const first = now.find((each) => each !== undefined)
  return {
    repository_uri: lines(({ uri }) => uri),
    repository_arn: lines(({ arn }) => arn),
    repository_name: plans.map(({ name }) => name).join('\n'),
    registry: first?.registry ?? '',
    registry_id: first?.registryId ?? place.account.replace('*', ''),
    region: place.region,
    created: brought.some(({ created }) => created),
    changed: brought.some(({ created, changed }) => created || changed.length > 0),
    drift: JSON.stringify(driftOf(plans)),
    image_tag_mutability: lines(({ tagMutability }) => tagMutability),
    encryption_type: lines(({ encryptionType }) => encryptionType),
  }
}

const row = ({ name, found }: Plan, what: string, repository = found): Row => ({ name, repository, what })

/** Reports what is not as declared, and fails where there is something. */
async function check(run: Run): Promise<Outputs> {
  const { plans, job, place } = run
  const rows = plans.map((plan) => row(plan, driftText(plan) ?? 'as declared'))
  for (const { name, what } of rows) job.runner.info(`${name}: ${what}`)
  await job.runner.summary(summaryTable(rows, place.region))
  const outputs = outputsOf(run)
  const failure = driftFailure(plans, outputs)
  if (failure !== undefined) throw failure
  return outputs
}

const wouldBecome = ({ found }: Plan, calls: readonly string[]): string =>
  calls.length === 0 ? 'nothing to do' : found === undefined ? 'would be created' : 'would be changed'

/** Shows the calls that the step would make, and makes none of them. */
async function preview(run: Run, policy: string): Promise<Outputs> {
  const { plans, inputs, declaredFor, place, job } = run
  const calls = plans.map((plan) => plannedCalls(plan, inputs.mode, declaredFor, place))
  const lines = calls.flat()
  await job.phase('Dry run: the calls that this step would make', async () => {
    for (const line of lines.length > 0 ? lines : ['None: there is nothing to do.']) job.runner.info(line)
  })
  const rows = plans.map((plan, index) => row(plan, wouldBecome(plan, calls[index] ?? [])))
  await job.runner.summary(
    [
      summaryTable(rows, place.region),
      ...(lines.length > 0 ? [summaryBlock('The calls that this step would make:', lines)] : []),
      summaryBlock('The least IAM policy for these inputs:', [policy]),
    ].join(''),
  )
  return outputsOf(run)
}

function became({ created, changed, error }: Brought): string {
  if (error !== undefined) return 'failed'
  if (created) return 'created'
  return changed.length === 0 ? 'found' : `changed ${changed.join(', ')}`
}

/** What the log says of a repository that stays as it is; in `ensure` that holds whatever it is like. */
function sayFound(plan: Plan, { mode }: Inputs, job: Job): void {
  if (plan.found === undefined) return
  const differs = driftText(plan)
  if (differs === undefined) job.runner.info(`Found ${plan.found.uri}${mode === 'ensure' ? '' : ', as declared'}`)
  else if (mode === 'ensure') {
    job.runner.info(`Found ${plan.found.uri}, left as it is: ${differs}. 'mode: reconcile' would change it.`)
  }
}

async function bringAll(run: Run): Promise<Outputs> {
  const { plans, inputs, declaredFor, ports, job, place } = run
  for (const plan of plans) sayFound(plan, inputs, job)
  const busy = plans.filter(
    ({ found, differences }) => !found || (inputs.mode === 'reconcile' && differences.length > 0),
  )
  const work = async () => {
    const settled = await settleAll(plans, AT_ONCE, (plan) => bring(plan, declaredFor, ports, inputs, job))
    job.signal.throwIfAborted()
    return settled
  }
  const results =
    busy.length === 0 ? await work() : await job.phase(`Change ${titleOf(busy.map(({ name }) => name))}`, work)
  const brought = results.map((result) => (result.status === 'fulfilled' ? result.value : failed(result.reason)))
  const rows = plans.map((plan, index) => {
    const done = brought[index]
    return row(plan, done ? became(done) : '', done?.repository)
  })
  await job.runner.summary(summaryTable(rows, place.region))
  const errors = brought.flatMap(({ error }) => error ?? [])
  const outputs = outputsOf(run, brought)
  if (errors.length > 0) throw oneError(errors, outputs)
  return outputs
}

const titleOf = (names: readonly string[]): string =>
  names.length === 1 ? String(names[0]) : `${names.length} repositories`

/** Finds, creates, changes or checks the repositories, as `mode` says. */
export async function main(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  const { session } = ports
  const declaredFor = declarationOf(inputs.declared)
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
