import { describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { needProgram } from '../../support/client-programs.ts'
import { DOCKER_REGISTRY, startLockedRegistry } from '../../support/docker-registry.ts'
import { startEcrBeforeRegistry } from './support/ecr-before-registry.ts'
import { IDENTITY_CASES, REPOSITORY_CASES } from './support/ecr-push-api-cases.ts'
import { BUILD_CASES } from './support/ecr-push-build-cases.ts'
import { type Case, REPO, SHA, type Target, WORKSPACE } from './support/ecr-push-case.ts'

const CASES = Object.entries({ ...IDENTITY_CASES, ...REPOSITORY_CASES, ...BUILD_CASES })

/** Engines differ in what they send to a registry, not in what the action asks of the API. */
const REGISTRY_CASES = { bookworm: Object.entries(BUILD_CASES), sid: CASES }

/** A build takes far longer, so that none is missed. */
const LOOK = 10

/** What kciter/aws-ecr-action has in its action.yml. */
const ORIGINAL = {
  inputs:
    'access_key_id secret_access_key account_id registry_ids assume_role repo region create_repo set_repo_policy repo_policy_file image_scanning_configuration tags dockerfile extra_build_args cache_from path prebuild_script',
  outputs: 'image',
}

it('has a case for every input of kciter/aws-ecr-action and for its output', () => {
  const cases = new Set(CASES.flatMap(([name]) => (name.split(':')[0] ?? '').split(', ')))
  expect([...cases].sort()).toEqual(`${ORIGINAL.inputs} ${ORIGINAL.outputs}`.split(' ').sort())
})

async function run(given: Case, target: Target, engine: Readonly<Record<string, string>>): Promise<void> {
  await given.before?.(target)
  await using job = await createJob({
    machine: { ...engine, ...target.environment, ...given.machine },
    lookEveryMs: LOOK,
    ref: 'refs/heads/master',
    sha: SHA,
    workspace: WORKSPACE,
  })
  const inputs = typeof given.with === 'function' ? given.with(target) : given.with
  const step = await job.run('ecr-push', { with: { repo: REPO, create_repo: true, ...inputs } })
  await given.check(step, target)
}

describe.each(['bookworm', 'sid'] as const)('the inputs of kciter/aws-ecr-action on the engine of %s', (kind) => {
  const engine = useEngine(kind)

  it.each(CASES)('%s', async (_, given) => {
    await using ecr = await startEcrLocal()
    const { calls, ...rest } = ecr
    const target = {
      ...rest,
      get operations() {
        return calls.map(({ operation }) => operation)
      },
    }
    await run(given, target, engine().env)
  })

  describe("with Docker's own registry behind the API", () => {
    needProgram(DOCKER_REGISTRY, 'registry.sh')

    it.each(REGISTRY_CASES[kind])('%s', async (_, given) => {
      await using ecr = await startEcrLocal()
      await using registry = await startLockedRegistry()
      await using before = await startEcrBeforeRegistry(ecr, registry)
      await run(given, { ...before, account: ecr.account }, engine().env)
    })
  })
})
