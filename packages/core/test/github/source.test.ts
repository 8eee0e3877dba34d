import { describe, expect, test } from 'vitest'
import { isDeleted, type Source, sourceOf } from '../../src/github/source.ts'
import { eventOf } from '../../src/testing.ts'

const repository = { full_name: 'octo/app', id: 1, default_branch: 'main' }
const SHA = '5f6e7d8c9b0a1f2e3d4c5b6a79880716253443f2'
const ON_MAIN = { GITHUB_REF: 'refs/heads/main', GITHUB_REPOSITORY: 'octo/app' }
const ON_TAG = { GITHUB_REF: 'refs/tags/v1', GITHUB_REPOSITORY: 'octo/app' }

const nothing: Source = { branch: '', repository: '', isFork: false, pullRequest: '' }
const unknown: Source = { ...nothing, isFork: undefined }
const own = (branch: string): Source => ({ ...nothing, branch, repository: 'octo/app' })

const check = (fields: object) => ({ head_branch: 'x', pull_requests: [], ...fields })
const pulls = [
  { number: 5, base: { repo: { id: 2 } } },
  { number: 6, base: { repo: { id: 1 } } },
]

describe('of a ref', () => {
  test.each<[string, Record<string, unknown>, Record<string, string>, Source]>([
    ['push', { ref: 'refs/heads/feature/x' }, {}, own('feature/x')],
    ['push', { ref: 'refs/heads/feature/gone', deleted: true }, ON_MAIN, own('feature/gone')],
    ['push', { ref: 'refs/heads/refs/heads/x' }, {}, own('refs/heads/x')],
    ['push', { ref: 'refs/tags/v1', base_ref: 'refs/heads/release/1' }, ON_TAG, own('release/1')],
    ['push', { ref: 'refs/tags/v1', base_ref: null }, ON_TAG, nothing],
    ['push', { ref: 'refs/tags/v1', deleted: true }, ON_MAIN, nothing],
    ['push', {}, ON_MAIN, own('main')],
    ['push', {}, ON_TAG, nothing],
    ['create', { ref: 'feature/x', ref_type: 'branch' }, ON_MAIN, own('feature/x')],
    ['create', { ref: 'refs/tags/x', ref_type: 'branch' }, ON_MAIN, own('refs/tags/x')],
    ['create', { ref: 'refs/heads/x', ref_type: 'branch' }, ON_MAIN, own('refs/heads/x')],
    ['create', { ref: 'v1', ref_type: 'tag' }, ON_TAG, nothing],
    ['delete', { ref: 'feature/x', ref_type: 'branch' }, ON_MAIN, own('feature/x')],
    ['delete', { ref: 'v1', ref_type: 'tag' }, ON_MAIN, nothing],
    ['workflow_dispatch', { ref: 'refs/heads/x' }, { GITHUB_REF: 'refs/heads/x' }, own('x')],
    ['workflow_dispatch', { ref: 'refs/tags/v1' }, ON_TAG, nothing],
    ['schedule', {}, ON_MAIN, own('main')],
  ])('%s %j', (name, payload, env, expected) => {
    expect(sourceOf(eventOf(name, { repository, ...payload }, env))).toEqual(expected)
  })
})

describe('of a branch that the event names', () => {
  const commit = { target_commitish: SHA }
  test.each<[string, Record<string, unknown>, Record<string, string>, Source]>([
    ['release', { release: { target_commitish: 'release/1' } }, ON_TAG, own('release/1')],
    ['release', { release: { target_commitish: 'refs/heads/x' } }, ON_TAG, own('x')],
    ['release', { release: commit }, ON_TAG, nothing],
    ['registry_package', { registry_package: { package_version: { target_commitish: 'x' } } }, ON_MAIN, own('x')],
    ['registry_package', { registry_package: { package_version: commit } }, ON_MAIN, nothing],
    ['deployment', { deployment: { ref: 'feature/x' } }, { GITHUB_REF: 'feature/x' }, own('feature/x')],
    ['deployment', { deployment: { ref: 'refs/heads/x' } }, {}, own('x')],
    ['deployment_status', { deployment: { ref: 'x' } }, {}, own('x')],
    ['deployment', { deployment: { ref: 'v1' } }, ON_TAG, nothing],
    ['deployment', { deployment: { ref: SHA } }, {}, unknown],
    ['deployment', { deployment: { ref: SHA.slice(1) } }, {}, own(SHA.slice(1))],
    ['deployment', { deployment: { ref: `x${SHA}` } }, {}, own(`x${SHA}`)],
    ['deployment', { deployment: { ref: `${SHA}0` } }, {}, own(`${SHA}0`)],
    ['status', { branches: [{ name: 'x' }] }, ON_MAIN, own('x')],
    ['status', { branches: [{ name: 'x' }, { name: 'y' }] }, ON_MAIN, nothing],
    ['status', { branches: [] }, ON_MAIN, unknown],
  ])('%s %j', (name, payload, env, expected) => {
    expect(sourceOf(eventOf(name, { repository, ...payload }, env))).toEqual(expected)
  })
})

describe('of a check', () => {
  test.each<[string, Record<string, unknown>, Source]>([
    ['check_suite', { check_suite: check({}) }, own('x')],
    ['check_suite', { check_suite: check({ pull_requests: pulls }) }, { ...own('x'), pullRequest: '6' }],
    ['check_suite', { check_suite: check({ head_branch: null }) }, unknown],
    ['check_run', { check_run: { check_suite: check({ pull_requests: pulls }) } }, { ...own('x'), pullRequest: '6' }],
    ['check_run', { check_run: { check_suite: check({}), pull_requests: pulls } }, { ...own('x'), pullRequest: '6' }],
    ['check_run', { check_run: { check_suite: check({ head_branch: null }) } }, unknown],
  ])('%s %j', (name, payload, expected) => {
    expect(sourceOf(eventOf(name, { repository, ...payload }, ON_MAIN))).toEqual(expected)
  })
})

describe('of a workflow run', () => {
  const run = (fields: object) => ({
    repository,
    workflow_run: { head_branch: 'x', head_repository: { full_name: 'octo/app' }, pull_requests: [], ...fields },
  })
  test.each<[string, object, Source]>([
    ['in this repository', {}, own('x')],
    ['in a fork', { head_repository: { full_name: 'eve/app' } }, { ...own('x'), repository: 'eve/app', isFork: true }],
    ['in a deleted fork', { head_repository: null }, { ...own('x'), repository: '', isFork: true }],
    ['with pull requests', { pull_requests: pulls }, { ...own('x'), pullRequest: '6' }],
    ['with pull requests elsewhere', { pull_requests: [pulls[0]] }, own('x')],
    ['with one of no known repository', { pull_requests: [{ number: 3 }] }, { ...own('x'), pullRequest: '3' }],
  ])('%s', (_, fields, expected) => {
    expect(sourceOf(eventOf('workflow_run', run(fields), ON_MAIN))).toEqual(expected)
  })

  test('takes the first pull request where the payload does not say which repository this is', () => {
    const payload = { ...run({ pull_requests: pulls }), repository: { full_name: 'octo/app' } }
    expect(sourceOf(eventOf('workflow_run', payload, ON_MAIN)).pullRequest).toBe('5')
  })
})

describe('of a pull request', () => {
  const pull = (head: object) => ({ repository, pull_request: { number: 12, head, base: { ref: 'main' } } })
  const ours = { ref: 'x', repo: { full_name: 'octo/app' } }
  test.each<[string, Record<string, unknown>, Source]>([
    ['pull_request', pull(ours), { ...own('x'), pullRequest: '12' }],
    ['pull_request_review', pull(ours), { ...own('x'), pullRequest: '12' }],
    [
      'pull_request_target',
      pull({ ref: 'x', repo: { full_name: 'eve/app' } }),
      { branch: 'x', repository: 'eve/app', isFork: true, pullRequest: '12' },
    ],
    ['pull_request', pull({ ref: 'x', repo: null }), { branch: 'x', repository: '', isFork: true, pullRequest: '12' }],
    ['merge_group', { merge_group: {} }, unknown],
    [
      'merge_group',
      { merge_group: { head_ref: `refs/heads/gh-readonly-queue/main/pr-9-${SHA}` } },
      { ...unknown, pullRequest: '9' },
    ],
    ['issue_comment', { issue: { number: 7 } }, nothing],
    ['issue_comment', { issue: { number: 7, pull_request: {} } }, { ...unknown, pullRequest: '7' }],
  ])('%s %j', (name, payload, expected) => {
    expect(sourceOf(eventOf(name, { repository, ...payload }, ON_MAIN))).toEqual(expected)
  })

  test('has its number from the pull request, then the event, then the ref', () => {
    const number = (payload: Record<string, unknown>, ref = '') =>
      sourceOf(eventOf('pull_request', payload, { GITHUB_REF: ref })).pullRequest
    expect(number({ number: 2, pull_request: { number: 1 } }, 'refs/pull/3/merge')).toBe('1')
    expect(number({ number: 2, pull_request: {} }, 'refs/pull/3/merge')).toBe('2')
    expect(number({ pull_request: {} }, 'refs/pull/34/merge')).toBe('34')
    expect(number({ pull_request: {} }, 'refs/heads/refs/pull/3/merge')).toBe('')
    expect(number({ pull_request: { number: 1.5 } })).toBe('')
  })
})

test.each(['issues', 'page_build', 'repository_dispatch', 'watch', 'gollum', ''])('of %s is nothing', (name) => {
  expect(sourceOf(eventOf(name, { repository }, ON_MAIN))).toEqual(nothing)
})

test.each([
  ['delete', {}, true],
  ['push', { deleted: true }, true],
  ['push', { deleted: false }, false],
  ['push', { deleted: 'true' }, false],
  ['create', {}, false],
])('%s %j deleted a ref: %j', (name, payload, expected) => {
  expect(isDeleted(eventOf(name, payload))).toBe(expected)
})
