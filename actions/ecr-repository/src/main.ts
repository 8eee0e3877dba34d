import { type AwsSession, code, type Ecr, ensureRepository, type Job, table } from '@container-actions/core'
import type { Inputs } from './inputs.ts'

/** What this action needs of AWS. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity' | 'region' | 'source'>
  readonly ecr: Pick<Ecr, 'find' | 'create'>
}

/** Named as in action.yml. */
export type Outputs = {
  readonly repository_uri: string
  readonly repository_arn: string
  readonly repository_name: string
  readonly registry: string
  readonly registry_id: string
  readonly region: string
  readonly created: boolean
  readonly image_tag_mutability: string
  readonly encryption_type: string
}

/** Finds the repository, or creates it. An existing one is never changed. */
export async function main(inputs: Inputs, { session, ecr }: Ports, job: Job): Promise<Outputs> {
  const { repository, created } = await job.phase(`Repository ${inputs.repo}`, async () => {
    const [identity, ensured] = await Promise.all([
      session.identity(),
      ensureRepository(ecr, inputs.repo, { create: inputs.create, input: 'create' }, job),
    ])
    job.runner.info(`AWS identity: ${identity.arn}, account ${identity.account}, from ${session.source}`)
    job.runner.info(`${ensured.created ? 'Created' : 'Found'} ${ensured.repository.uri}`)
    return ensured
  })
  await job.runner.summary(
    table(
      ['Repository', 'Region', 'Tags', 'Encryption', ''],
      [
        [
          code(repository.uri),
          code(session.region),
          code(repository.tagMutability),
          code(repository.encryptionType),
          created ? 'created' : 'found',
        ],
      ],
    ),
  )
  return {
    repository_uri: repository.uri,
    repository_arn: repository.arn,
    repository_name: repository.name,
    registry: repository.registry,
    registry_id: repository.registryId,
    region: session.region,
    created,
    image_tag_mutability: repository.tagMutability,
    encryption_type: repository.encryptionType,
  }
}
