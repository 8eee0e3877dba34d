import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob, leaks } from '../../packages/runner-harness/src/index.ts'
import { createRepository, secretsOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { errorsOf } from '../support/ecr-repository.ts'
import { calledOperations } from './support/called-operations.ts'
import type { ErrorCase } from './support/ecr-error-case.ts'
import { ECR_LOGIN } from './support/ecr-login-errors.ts'
import { ECR_PUSH } from './support/ecr-push-errors.ts'
import { ECR_REPOSITORY } from './support/ecr-repository-errors.ts'

const ACTIONS = [ECR_LOGIN, ECR_REPOSITORY, ECR_PUSH]

const WORKSPACE = {
  Dockerfile: 'FROM scratch\nCOPY app /app\n',
  app: 'an app',
  'repo-policy.json': '{"Version":"2012-10-17","Statement":[]}',
}

const SDK = join(import.meta.dirname, '../../packages/core/src/aws/aws-sdk.ts')
const COMMANDS = join(import.meta.dirname, '../../node_modules/@aws-sdk/client-ecr/dist-types/commands')

/** What docker calls through the registry while it pushes. */
const OF_A_PUSH = ['BatchCheckLayerAvailability', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload']

/** What any operation can answer, and the SDK therefore lists nowhere. */
const OF_ANY = [
  'AccessDeniedException',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'ThrottlingException',
  'UnrecognizedClientException',
]

/** Errors that no step fails with, and why. */
const ANSWERS: Readonly<Record<string, string>> = {
  ImageAlreadyExistsException: 'the tag is what it should become',
  LayerInaccessibleException: 'latest then moves with a notice',
  LifecyclePolicyNotFoundException: 'there is no lifecycle policy to compare with',
  RepositoryPolicyNotFoundException: 'there is no policy to compare with',
  UnableToGetUpstreamLayerException: 'latest then moves with a notice',
}

/** The errors of an operation, as the SDK documents them. */
function errorsOfOperation(name: string): string[] {
  const documented = readFileSync(join(COMMANDS, `${name}Command.d.ts`), 'utf8')
  const errors = [...documented.matchAll(/@throws \{@link (\w+Exception)\}/g)].map(([, error = '']) => error)
  expect(errors, name).toContain('ECRServiceException')
  // Every operation has errors of its own.
  expect(errors.length, name).toBeGreaterThan(1)
  return errors
}

let called: ReadonlySet<string>
beforeAll(() => {
  called = calledOperations()
})

it('the bundled SDK has the operations that are called, and no others', () => {
  const bundled = [...readFileSync(SDK, 'utf8').matchAll(/^ {2}(\w+)Command,$/gm)].map(([, name]) => name)
  expect([...new Set(bundled)].sort()).toEqual([...called].sort())
})

it('every error that an action can meet is in the tables', () => {
  expect([...called]).toEqual(expect.arrayContaining(['PutImage', 'DescribeRepositories', 'GetAuthorizationToken']))
  expect(called.size).toBeGreaterThanOrEqual(14)
  const errors = new Set([...[...OF_A_PUSH, ...called].flatMap(errorsOfOperation), ...OF_ANY])
  errors.delete('ECRServiceException')
  const cases = ACTIONS.flatMap(({ found, missing }) => [...found, ...missing])
  const struck = new Set(cases.map(([, , { error }]) => error))
  expect(errors.size).toBeGreaterThan(20)
  expect([...errors].filter((name) => !struck.has(name) && !Object.hasOwn(ANSWERS, name))).toEqual([])
})

describe('an error of ECR is one line', () => {
  const engine = useEngine('sid')
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  const ends = (action: string) => async (_: string, given: ErrorCase[1], struck: ErrorCase[2], line: RegExp) => {
    ecr.addFault(struck)
    // Each of them once more would be tried for a minute.
    const machine = { ...engine().env, ...ecr.environment, AWS_MAX_ATTEMPTS: '2' }
    await using job = await createJob({ machine, workspace: WORKSPACE })
    const step = await job.run(action, { with: given })
    expect(step.conclusion, step.log).toBe('failure')
    expect(errorsOf(step)).toEqual([expect.stringMatching(line)])
    expect(errorsOf(step)[0]).not.toContain('\n')
    expect(step.log).not.toMatch(/^ {4}at /m)
    expect(leaks(job, secretsOf(ecr, job))).toEqual([])
  }

  describe.each(ACTIONS)('of $action', ({ action, found, missing }) => {
    describe('where the repository is there', () => {
      beforeEach(() => createRepository(ecr, 'team/app'))
      it.each(found)('%s', ends(action))
    })
    if (missing.length > 0) {
      describe('where it is missing', () => {
        it.each(missing)('%s', ends(action))
      })
    }
  })
})
