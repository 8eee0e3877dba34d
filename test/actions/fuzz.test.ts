import { env } from 'node:process'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { startDaemonStandIn } from '../support/docker-stand-in.ts'
import { type FuzzCase, fuzzCases } from './support/fuzz-case.ts'
import { fuzz, fuzzBundle } from './support/fuzz-run.ts'

const USUAL_RUNS = 24

/** How many processes each bundle is run as; a search of hours sets FUZZ_RUNS, and FUZZ_SEED to go other ways. */
const RUNS = Number(env['FUZZ_RUNS'] ?? USUAL_RUNS)
const SEED = Number(env['FUZZ_SEED'] ?? 14)

let ecr: EcrLocal
let daemon: Awaited<ReturnType<typeof startDaemonStandIn>>
beforeAll(async () => {
  ;[ecr, daemon] = await Promise.all([startEcrLocal(), startDaemonStandIn()])
})
afterAll(async () => {
  await Promise.all([ecr.close(), daemon[Symbol.asyncDispose]()])
})

/** Each with inputs that are good. */
const BUNDLES = [
  ['branch-name', 'main', {}],
  ['docker-ready', 'main', { timeout: '100ms' }],
  ['ecr-login', 'main', {}],
  ['ecr-login', 'main', { docker_config: 'shared' }],
  ['ecr-login', 'post', {}],
  ['ecr-push', 'main', { repo: 'app', create_repo: 'true', set_repo_policy: 'true', push_retries: '0' }],
  ['ecr-push', 'post', {}],
  [
    'ecr-repository',
    'main',
    { repo: 'app', lifecycle_policy: 'lifecycle.json', repository_policy: 'repo-policy.json' },
  ],
  ['runner-version', 'main', { installed: '2.330.0' }],
] as const

describe.concurrent('nothing that comes from outside makes a stack, a hang, or a change of what is not its own', () => {
  it.each(BUNDLES.map((each, index) => [...each, index] as const))(
    '%s, %s %j',
    async (name, stage, inputs, index) => {
      using bundle = fuzzBundle(name, stage)
      const machine = {
        ...ecr.environment,
        DOCKER_HOST: daemon.url.replace('http:', 'tcp:'),
        GITHUB_API_URL: daemon.url,
        // What is not on this machine is out of reach.
        HTTPS_PROXY: 'http://127.0.0.1:1',
      }
      const property = fc.asyncProperty(fuzzCases(bundle.action, stage), async (given: FuzzCase) => {
        const problem = await fuzz(bundle, { ...given, inputs: { ...inputs, ...given.inputs } }, machine)
        if (problem !== undefined) throw new Error(problem)
      })
      // A long search takes the time to find the smallest case.
      await fc.assert(property, { numRuns: RUNS, seed: SEED + index, endOnFailure: RUNS <= USUAL_RUNS })
    },
    3_600_000,
  )
})
