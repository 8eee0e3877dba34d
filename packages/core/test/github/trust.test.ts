import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../src/github/source.ts'
import { isTrusted, mayWriteCache } from '../../src/github/trust.ts'
import { eventOf } from '../../src/testing.ts'

const repository = { full_name: 'octo/app', id: 1, default_branch: 'main' }
const ENV = { GITHUB_REF: 'refs/heads/main', GITHUB_REPOSITORY: 'octo/app' }

/** Who caused the event: the branch `x` of a repository, as each kind of payload has it. */
const by = (full_name: string) => ({
  repository,
  ref: 'refs/heads/x',
  pull_request: { number: 1, head: { ref: 'x', repo: { full_name } }, base: { ref: 'main', repo: repository } },
  workflow_run: { head_branch: 'x', head_repository: { full_name }, pull_requests: [] },
  check_suite: { head_branch: full_name === repository.full_name ? 'x' : null, pull_requests: [] },
  issue: { number: 1, pull_request: {} },
})

const payloadFor = (name: string, full_name: string) => {
  const { repository: own, ref, ...parts } = by(full_name)
  if (name.startsWith('pull_request')) return { repository: own, pull_request: parts.pull_request }
  if (['push', 'create', 'delete', 'workflow_dispatch'].includes(name))
    return { repository: own, ref, ref_type: 'branch' }
  return { repository: own, ...parts, pull_request: undefined }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const EVENTS = [
  ...['branch_protection_rule', 'check_run', 'check_suite', 'create', 'delete', 'deployment', 'deployment_status'],
  ...['discussion', 'discussion_comment', 'fork', 'gollum', 'image_version', 'issue_comment', 'issues', 'label'],
  ...['merge_group', 'milestone', 'page_build', 'public', 'pull_request', 'pull_request_review'],
  ...['pull_request_review_comment', 'pull_request_target', 'push', 'registry_package', 'release'],
  ...['repository_dispatch', 'schedule', 'status', 'watch', 'workflow_call', 'workflow_dispatch', 'workflow_run'],
]

const writers = (full_name: string) =>
  EVENTS.filter((name) => mayWriteCache(eventOf(name, payloadFor(name, full_name), ENV)))

describe('a cache', () => {
  test('of this repository is written by runs that build what their event is about', () => {
    expect(writers('octo/app')).toEqual([
      'pull_request',
      'pull_request_target',
      'push',
      'schedule',
      'workflow_dispatch',
    ])
  })

  test('is not written for a fork, whatever the event', () => {
    expect(writers('eve/app')).toEqual(['push', 'schedule', 'workflow_dispatch'])
  })

  test.each([
    ['a deleted fork', { head: { ref: 'x', repo: null } }],
    ['a repository that is not named', { head: { ref: 'x' } }],
    ['nothing', undefined],
  ])('is not written for a pull request from %s', (_, pull_request) => {
    expect(mayWriteCache(eventOf('pull_request_target', { repository, pull_request }, ENV))).toBe(false)
  })
})

test('a source that is not known is not trusted', () => {
  const trusted = (name: string, full_name: string) =>
    isTrusted(sourceOf(eventOf(name, payloadFor(name, full_name), ENV)))
  expect(trusted('workflow_run', 'octo/app')).toBe(true)
  expect(trusted('workflow_run', 'eve/app')).toBe(false)
  expect(trusted('issue_comment', 'octo/app')).toBe(false)
  expect(trusted('check_suite', 'eve/app')).toBe(false)
})
