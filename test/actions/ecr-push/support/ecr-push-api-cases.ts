import { expect } from 'vitest'
import { createRepository } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { builds, type Case, count, errorOf, REPO, succeeds, type Target } from './ecr-push-case.ts'

const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }

const keys = ({ environment }: Target) => ({
  access_key_id: environment['AWS_ACCESS_KEY_ID'] ?? '',
  secret_access_key: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
})

const asRole: Case['check'] = (step, target) => {
  succeeds(step)
  expect(count(target, 'AssumeRole')).toBe(1)
  expect(step.log).toContain(`arn:aws:sts::${target.account}:assumed-role/deploy/`)
}

/** The inputs that say who pushes where. */
export const IDENTITY_CASES: Readonly<Record<string, Case>> = {
  'access_key_id, secret_access_key: a session token of the runner was mixed in': {
    with: keys,
    machine: { ...NO_KEYS, AWS_SESSION_TOKEN: 'of another identity' },
    check: (step, target) => {
      succeeds(step)
      expect(step.masks).toContain(target.environment['AWS_SECRET_ACCESS_KEY'])
    },
  },
  'access_key_id, secret_access_key: were required, though the runner has its own': {
    with: {},
    check: succeeds,
  },
  'account_id: the registry of that account': {
    with: ({ account }) => ({ account_id: account }),
    check: (step, { account }) => {
      succeeds(step)
      expect(step.outputs['registry_id']).toBe(account)
    },
  },
  'account_id: a wrong one failed at the push with "no basic auth credentials"': {
    with: { account_id: '111122223333' },
    check: (step) => {
      expect(errorOf(step)).toMatch(/111122223333/)
      expect(builds(step)).toBe(false)
    },
  },
  'registry_ids: a login each': {
    with: { registry_ids: '111122223333, 444455556666' },
    check: (step, target) => {
      succeeds(step)
      expect(count(target, 'GetAuthorizationToken')).toBe(3)
    },
  },
  'assume_role: by its name, in account_id': {
    with: ({ account }) => ({ account_id: account, assume_role: 'deploy' }),
    check: asRole,
  },
  'assume_role: an ARN was not understood': {
    with: ({ account }) => ({ assume_role: `arn:aws:iam::${account}:role/deploy` }),
    check: asRole,
  },
  'region: before that of the runner': {
    with: ({ region }) => ({ region }),
    machine: { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-west-2' },
    check: (step, { registry }) => {
      succeeds(step)
      expect(step.outputs['registry']).toBe(registry)
    },
  },
}

/** The inputs about the repository. */
export const REPOSITORY_CASES: Readonly<Record<string, Case>> = {
  'repo: with the host of a registry in front': {
    with: { repo: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${REPO}` },
    check: (step, { registry }) => {
      succeeds(step)
      expect(step.outputs['repository_uri']).toBe(`${registry}/${REPO}`)
    },
  },
  'repo: a name that ECR does not take failed after the build': {
    with: { repo: 'App' },
    check: (step) => {
      expect(errorOf(step)).toMatch(/^Input 'repo' is not a valid ECR repository name: "App" has "A"/)
      expect(builds(step)).toBe(false)
    },
  },
  'create_repo: before the build': {
    with: {},
    check: (step, { operations }) => {
      succeeds(step)
      expect(operations.indexOf('CreateRepository')).toBeLessThan(operations.indexOf('PutImage'))
    },
  },
  'create_repo: a repository that is there stays': {
    with: {},
    before: (target) => createRepository(target, REPO),
    check: (step, target) => {
      succeeds(step)
      expect(count(target, 'CreateRepository')).toBe(1)
    },
  },
  'create_repo: without it, a missing repository was found after the build': {
    with: { create_repo: 'False' },
    check: (step) => {
      expect(errorOf(step)).toMatch(/^There is no ECR repository 'app'.*'create_repo: true'/)
      expect(builds(step)).toBe(false)
    },
  },
  'set_repo_policy: from repo-policy.json': {
    with: { set_repo_policy: 'True' },
    check: (step, target) => {
      succeeds(step)
      expect(count(target, 'SetRepositoryPolicy')).toBe(1)
    },
  },
  'repo_policy_file: another one': {
    with: { set_repo_policy: true, repo_policy_file: 'other.json' },
    check: (step, target) => {
      succeeds(step)
      expect(count(target, 'SetRepositoryPolicy')).toBe(1)
    },
  },
  'repo_policy_file: not read without set_repo_policy': {
    with: { repo_policy_file: 'none.json' },
    check: (step, target) => {
      succeeds(step)
      expect(count(target, 'SetRepositoryPolicy')).toBe(0)
    },
  },
  'repo_policy_file: a missing one was skipped in silence': {
    with: { set_repo_policy: true, repo_policy_file: 'none.json' },
    check: (step, target) => {
      expect(errorOf(step)).toMatch(/^Input 'repo_policy_file' is "none.json", which cannot be read/)
      expect(count(target, 'CreateRepository')).toBe(0)
    },
  },
  'image_scanning_configuration: True did nothing': {
    with: { image_scanning_configuration: 'True' },
    check: (step, target) => {
      succeeds(step)
      expect(count(target, 'PutImageScanningConfiguration')).toBe(1)
    },
  },
}
