import { Failure, type Repository } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { expect } from 'vitest'
import { main } from '../../src/main.ts'
import { inputs } from './inputs.ts'
import { memoryEcr, repositoryNamed, type Stored } from './memory-ecr.ts'

/** A repository in the registry, and what ECR keeps beside it. */
export const stored = (
  name: string,
  more: Partial<Repository> = {},
  rest: Omit<Stored, 'repository'> = {},
): Stored => ({
  repository: repositoryNamed(name, more),
  ...rest,
})

/** A step that declares everything. */
export const ALL = {
  image_tag_mutability: 'IMMUTABLE',
  immutable_except: 'latest',
  scan_on_push: 'true',
  encryption: 'KMS',
  lifecycle_policy: 'keep:30',
  repository_policy: 'pull:111122223333',
  resource_tags: 'team=web',
}
/** The policy of `keep:30` as it is sent. */
export const KEPT = `{"rules":[{"rulePriority":1,"description":"Keep the newest 30 images","selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":30},"action":{"type":"expire"}}]}`
const PULL = `{"Version":"2012-10-17","Statement":{"Sid":"PullByAccounts","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"]}}`
/** The repository that {@link ALL} declares, its policy spelled otherwise. */
export const AS_DECLARED = stored(
  'team/app',
  { tagMutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest'], scanOnPush: true, encryptionType: 'KMS' },
  { lifecycle: KEPT, policy: PULL, tags: { team: 'web', other: 'x' } },
)

/** Runs the step; a failure is part of the answer. */
export async function run(given: Record<string, string>, aws = memoryEcr(), job = memoryJob()) {
  const result = await main(inputs(given), aws.ports, job).then(
    (outputs) => ({ outputs, error: undefined }),
    (error: unknown) => ({ outputs: undefined, error }),
  )
  return { ...result, aws, job, lines: job.told.lines.filter((line) => !line.startsWith('group:')) }
}

/** The text of the failure that a step ended with. */
export const failureOf = ({ error }: { error: unknown }) => {
  expect(error).toBeInstanceOf(Failure)
  return (error as Failure).message
}
