import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, type Fault, startEcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../../packages/runner-harness/src/index.ts'
import { clientOf } from '../../../../packages/stand-ins/src/ecr-client.ts'

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
const REASON = 'What ECR says'

/** What reads an image before anything is built. */
const USES = [
  ['retag_from', { retag_from: '1', tags: '2' }],
  ['skip_if_exists: tag', { skip_if_exists: 'tag', tags: '1' }],
  ['skip_if_exists: inputs', { skip_if_exists: 'inputs', tags: '1' }],
  ['the check of tags that cannot move', { tags: '1' }],
] as const

/** Every way to fail but ImageNotFound, and what the line tells to do. */
const FAILURES: readonly (readonly [Pick<Fault, 'imageFailure' | 'error'>, RegExp])[] = [
  [{ imageFailure: 'KmsError' }, /: KmsError: What ECR says\. Check that the repository's KMS key is enabled/],
  [{ imageFailure: 'ImageInaccessible' }, /: ImageInaccessible: What ECR says\. If the image is archived, restore it/],
  [
    { imageFailure: 'UpstreamAccessDenied' },
    /: UpstreamAccessDenied: What ECR says\. Check the credentials of the pull/,
  ],
  [
    { imageFailure: 'UpstreamTooManyRequests' },
    /: UpstreamTooManyRequests: What ECR says\. Run the job again later\.$/,
  ],
  [{ imageFailure: 'UpstreamUnavailable' }, /: UpstreamUnavailable: What ECR says\. Run the job again later\.$/],
  [
    { error: 'UnableToGetUpstreamImageException' },
    /failed in eu-central-1: UnableToGetUpstreamImageException: What ECR says\.$/,
  ],
]

/** What every use meets: a failure of the image, and an error of the call. */
const OF_ALL = ['ImageInaccessible', 'UnableToGetUpstreamImageException']

const nameOf = ({ imageFailure, error }: Pick<Fault, 'imageFailure' | 'error'>) => imageFailure ?? String(error)

describe('an image that ECR does not give out is not one that is missing', () => {
  const engine = useEngine()
  let ecr: EcrLocal

  beforeAll(async () => {
    ecr = await startEcrLocal()
  })
  afterAll(() => ecr.close())

  it.each(USES)('%s', async (use, inputs) => {
    const one = async ([fault, line]: (typeof FAILURES)[number]) => {
      const repo = `${use.replaceAll(/\W+/g, '-')}-${nameOf(fault)}`.toLowerCase()
      await clientOf(ecr).send(new CreateRepositoryCommand({ repositoryName: repo, imageTagMutability: 'IMMUTABLE' }))
      ecr.addFault({ operation: 'BatchGetImage', service: 'ecr', repository: repo, message: REASON, ...fault })
      await using job = await createJob({
        machine: { ...engine().env, ...ecr.environment },
        ref: 'refs/heads/master',
        sha: SHA,
        workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' },
      })
      const step = await job.run('ecr-push', { with: { repo, ...inputs } })
      const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
      expect(errors, step.log).toEqual([expect.stringMatching(line)])
      expect(step.argv.some((argv) => argv.includes('build'))).toBe(false)
      const operations = ecr.calls.filter(({ repository }) => repository === repo).map(({ operation }) => operation)
      expect(operations).toContain('BatchGetImage')
      expect(operations).not.toContain('PutImage')
    }
    // They share the reading of images, which tells the codes apart; one use meets all of them.
    const met = use === 'retag_from' ? FAILURES : FAILURES.filter(([fault]) => OF_ALL.includes(nameOf(fault)))
    await Promise.all(met.map(one))
  })
})
