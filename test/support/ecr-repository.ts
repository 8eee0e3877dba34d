import {
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob, leaks, type Step } from '../../packages/runner-harness/src/index.ts'

/** `with:` of a step. */
export type Given = Readonly<Record<string, string | number | boolean>>

/** A step that declares everything. */
export const ALL = {
  repo: 'team/app',
  image_tag_mutability: 'IMMUTABLE',
  immutable_except: 'latest, cache*',
  scan_on_push: true,
  encryption: 'KMS',
  lifecycle_policy: 'keep:30, untagged:7d, pr-*:14d',
  repository_policy: 'pull:111122223333, lambda',
  resource_tags: 'team=web, env=prod',
} satisfies Given

/** The rule of the preset `keep:30`. */
export const KEEP_30 = {
  rulePriority: 1,
  description: 'Keep the newest 30 images',
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 30 },
  action: { type: 'expire' },
}

/** The operations that change something. */
export const writesOf = (operations: readonly string[]): string[] =>
  operations.filter((operation) => !/^(Describe|Get|List)/.test(operation))

export const errorsOf = (step: Step): string[] =>
  step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)

/** A client of an account, which the actions know nothing of. */
export function clientOf(ecr: EcrLocal, account = ecr.account): ECRClient {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = ecr.environmentOf({
    account,
  })
  return new ECRClient({
    endpoint: ecr.endpoint,
    region: ecr.region,
    credentials: { accessKeyId, secretAccessKey },
  })
}

/** Everything that ECR keeps of a repository; policies as their JSON, `undefined` where there is none. */
async function stateOf(ecr: EcrLocal, repositoryName: string, account = ecr.account) {
  const client = clientOf(ecr, account)
  const { repositories = [] } = await client.send(
    new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
  )
  const [found = {}] = repositories
  const json = (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text))
  const lifecycle = await client.send(new GetLifecyclePolicyCommand({ repositoryName })).catch(() => undefined)
  const policy = await client.send(new GetRepositoryPolicyCommand({ repositoryName })).catch(() => undefined)
  const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceArn: found.repositoryArn ?? '' }))
  return {
    mutability: found.imageTagMutability,
    filters: found.imageTagMutabilityExclusionFilters?.map(({ filter }) => filter),
    scanOnPush: found.imageScanningConfiguration?.scanOnPush,
    encryption: found.encryptionConfiguration,
    lifecycle: json(lifecycle?.lifecyclePolicyText),
    policy: json(policy?.policyText),
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
  }
}

/** The machine and the workspace of a step. */
interface Machine {
  readonly env?: Readonly<Record<string, string>>
  readonly workspace?: Readonly<Record<string, string>>
}

/** Runs the action, makes sure that nothing secret shows, and gives the operations of ECR that it called. */
async function runOn(ecr: EcrLocal, given: Given, { env = {}, workspace = {} }: Machine) {
  await using job = await createJob({ machine: { ...ecr.environment, ...env }, workspace })
  const before = ecr.calls.length
  const step = await job.run('ecr-repository', { with: given })
  const calls = ecr.calls.slice(before).filter(({ service }) => service === 'ecr')
  const secrets = [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...step.masks]
  expect(leaks(job, secrets)).toEqual([])
  expect(step.leftovers).toEqual([])
  return { step, calls: calls.map(({ operation }) => operation) }
}

/** For all tests around: the action in front of an ECR that is new for each of them. */
export function useRepositoryAction() {
  let server: EcrLocal | undefined
  const ecr = (): EcrLocal => {
    if (server === undefined) throw new Error('There is an ECR only while a test runs.')
    return server
  }
  beforeEach(async () => {
    server = await startEcrLocal()
  })
  afterEach(() => server?.close())

  const run = (given: Given, machine: Machine = {}) => runOn(ecr(), given, machine)
  return {
    ecr,
    run,
    async succeeds(given: Given, machine?: Machine) {
      const done = await run(given, machine)
      expect(done.step.conclusion, done.step.log).toBe('success')
      return { ...done, outputs: done.step.outputs }
    },
    /** The one line that the step fails with. */
    async fails(given: Given, machine?: Machine): Promise<string> {
      const { step } = await run(given, machine)
      expect(step.conclusion).toBe('failure')
      const [line = '', ...others] = errorsOf(step)
      expect(others).toEqual([])
      expect(line).not.toContain('\n')
      expect(step.log).not.toMatch(/^ {4}at /m)
      return line
    },
    stateOf: (repository: string, account?: string) => stateOf(ecr(), repository, account),
  }
}
