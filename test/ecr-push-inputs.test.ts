import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../packages/ecr-local/src/index.ts'
import { digestOf } from './support/ecr-client.ts'
import { useEngine } from './support/engine-suite.ts'
import { imageConfig } from './support/image-config.ts'
import { createJob, type Step } from './support/runner.ts'

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'pull', Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }],
}
const APP = {
  Dockerfile: 'FROM scratch\nARG who=nobody\nLABEL who=$who\nCOPY app /app\n',
  'docker/Dockerfile': 'FROM scratch\nLABEL from=docker\nCOPY app /app\n',
  app: 'an app',
  'sub/Dockerfile': 'FROM scratch\n',
  'sub/app': 'another app',
  'repo-policy.json': JSON.stringify(POLICY),
  'other.json': JSON.stringify(POLICY),
  'prepare.sh':
    '#!/bin/sh\nprintf \'FROM scratch\\nLABEL args="%s/%s"\\nCOPY app /app\\n\' "$1" "$2" > Dockerfile.made\n',
  'fail.sh': '#!/bin/sh\necho "no licence" >&2\nexit 3\n',
}

/** What one input of kciter/aws-ecr-action did, or should have done where it had a defect. */
interface Case {
  readonly with: Record<string, string | boolean>
  readonly check: (step: Step, ecr: EcrLocal) => unknown
}

const succeeds = (step: Step) => expect(step.conclusion, step.log).toBe('success')
const errorOf = (step: Step) => step.annotations.find(({ level }) => level === 'error')?.message
const labelsOf = async (ecr: EcrLocal) => (await imageConfig(ecr, 'app', SHA)).config.Labels
const operations = (ecr: EcrLocal) => ecr.calls.map(({ operation }) => operation)

const CASES: Record<string, Case> = {
  'tags: by default latest and the commit': {
    with: {},
    check: async (step, ecr) => {
      succeeds(step)
      expect(await digestOf(ecr, 'app', 'latest')).toBe(await digestOf(ecr, 'app', SHA))
      expect(step.outputs['image']).toBe(`${ecr.registry}/app:${SHA}`)
    },
  },
  'tags: several, by commas': {
    with: { tags: '1.2,1' },
    check: async (step, ecr) => {
      succeeds(step)
      expect(await digestOf(ecr, 'app', '1')).toBe(await digestOf(ecr, 'app', '1.2'))
      expect(await digestOf(ecr, 'app', 'latest')).toBeUndefined()
    },
  },
  'create_repo: before the build': {
    with: { dockerfile: 'docker/Dockerfile' },
    check: async (step, ecr) => {
      succeeds(step)
      const made = operations(ecr)
      expect(made.indexOf('CreateRepository')).toBeLessThan(made.indexOf('PutImage'))
      expect(await labelsOf(ecr)).toMatchObject({ from: 'docker' })
    },
  },
  'set_repo_policy: from repo-policy.json': {
    with: { set_repo_policy: 'True' },
    check: (step, ecr) => {
      succeeds(step)
      expect(operations(ecr).filter((name) => name === 'SetRepositoryPolicy')).toHaveLength(1)
    },
  },
  'repo_policy_file: another one': {
    with: { set_repo_policy: true, repo_policy_file: 'other.json' },
    check: (step, ecr) => {
      succeeds(step)
      expect(operations(ecr)).toContain('SetRepositoryPolicy')
    },
  },
  'repo_policy_file: a missing one was skipped in silence': {
    with: { set_repo_policy: true, repo_policy_file: 'none.json' },
    check: (step, ecr) => {
      expect(errorOf(step)).toMatch(/^Input 'repo_policy_file' is "none.json", which cannot be read/)
      expect(operations(ecr)).not.toContain('CreateRepository')
    },
  },
  'image_scanning_configuration: True did nothing': {
    with: { image_scanning_configuration: 'True' },
    check: (step, ecr) => {
      succeeds(step)
      expect(operations(ecr)).toContain('PutImageScanningConfiguration')
    },
  },
  'registry_ids: a login each': {
    with: { registry_ids: '111122223333, 444455556666' },
    check: (step, ecr) => {
      succeeds(step)
      expect(operations(ecr).filter((name) => name === 'GetAuthorizationToken')).toHaveLength(3)
    },
  },
  'path: another context, with the Dockerfile from the workspace': {
    with: { path: 'sub' },
    check: (step) => succeeds(step),
  },
  'extra_build_args: values with spaces broke': {
    with: { extra_build_args: `--build-arg "who=you and me" --label='cost=$(id);*'` },
    check: async (step, ecr) => {
      succeeds(step)
      expect(await labelsOf(ecr)).toMatchObject({ who: 'you and me', cost: '$(id);*' })
    },
  },
  'cache_from: one that is missing failed the first run': {
    with: { cache_from: 'REGISTRY/app:latest,REGISTRY/app:other' },
    check: async (step, ecr) => {
      succeeds(step)
      const given = [...new Set(step.argv.flat())].filter((argument) => argument.startsWith('--cache-from='))
      expect(given).toHaveLength(2)
      expect(await labelsOf(ecr)).toMatchObject({ who: 'nobody' })
    },
  },
  'prebuild_script: on the runner, with its arguments': {
    with: { prebuild_script: './prepare.sh "a b" c', dockerfile: 'Dockerfile.made' },
    check: async (step, ecr) => {
      succeeds(step)
      expect(await labelsOf(ecr)).toMatchObject({ args: 'a b/c' })
    },
  },
  'prebuild_script: its exit status': {
    with: { prebuild_script: 'fail.sh' },
    check: (step, ecr) => {
      expect(errorOf(step)).toBe(
        'The prebuild_script "fail.sh" ended with exit status 3: no licence Already done: created repository app.',
      )
      expect(operations(ecr)).not.toContain('PutImage')
    },
  },
}

describe.each(['bookworm', 'sid'] as const)('the inputs of kciter/aws-ecr-action on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  it.each(Object.entries(CASES))('%s', async (_, { with: given, check }) => {
    const machine = { ...engine().env, ...ecr.environment }
    await using job = await createJob({ machine, ref: 'refs/heads/master', sha: SHA, workspace: APP })
    const filled = Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('REGISTRY', ecr.registry) : value,
    ])
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, ...Object.fromEntries(filled) } })
    await check(step, ecr)
  })
})
