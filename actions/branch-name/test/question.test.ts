import { type Source, sourceOf } from '@container-actions/core'
import { eventOf } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { answered, openLine, questionOf } from '../src/question.ts'
import { runNames } from '../src/run-names.ts'

const repository = { full_name: 'octo/app', default_branch: 'main' }
const SHA = 'b1c2d3e4f5061728394a5b6c7d8e9f0011223344'

function asked(name: string, payload: Record<string, unknown>, ref = 'refs/heads/main', sha = SHA) {
  const event = eventOf(name, { repository, ...payload }, { GITHUB_REF: ref, GITHUB_SHA: sha })
  return questionOf(event, runNames(event), sourceOf(event))
}

describe('nothing is asked', () => {
  test.each<[string, Record<string, unknown>, string?]>([
    ['push', { ref: 'refs/heads/main' }],
    ['push', { ref: 'refs/tags/v1', deleted: true }],
    ['schedule', {}],
    ['workflow_dispatch', { ref: 'refs/heads/x' }, 'refs/heads/x'],
    ['pull_request', { pull_request: { number: 1, head: { ref: 'x', repo: null } } }, 'refs/pull/1/merge'],
    ['pull_request_target', { pull_request: { number: 1, head: { ref: 'x', repo: null } } }],
    ['pull_request_review', { pull_request: { number: 1, head: { ref: 'x' } } }, 'refs/pull/1/merge'],
    ['issues', { issue: { number: 1 } }],
    ['issue_comment', { issue: { number: 1 } }],
    ['merge_group', { merge_group: {} }],
    ['check_suite', { check_suite: { head_branch: null } }],
    ['delete', { ref: 'v1', ref_type: 'tag' }],
  ])('on %s %j', (name, payload, ref) => {
    expect(asked(name, payload, ref)).toBeUndefined()
  })
})

describe('about a pull request', () => {
  test.each([
    ['issue_comment', { issue: { number: 7, pull_request: {} } }, '7'],
    ['merge_group', { merge_group: { head_ref: `refs/heads/gh-readonly-queue/main/pr-8-${SHA}` } }, '8'],
  ])('on %s', (name, payload, number) => {
    expect(asked(name, payload)).toEqual({ about: 'pull request', repository: 'octo/app', number })
  })

  const question = { about: 'pull request', repository: 'octo/app', number: '7' } as const
  const told: Source = { branch: '', repository: '', isFork: undefined, pullRequest: '7' }

  test.each([
    ['octo/app', false],
    ['eve/app', true],
    ['', true],
  ])('answered with a branch of %j', (headRepository, isFork) => {
    const answer = { about: 'pull request', branch: 'x', headRepository } as const
    expect(answered(told, question, answer)).toEqual({
      branch: 'x',
      repository: headRepository,
      isFork,
      pullRequest: '7',
    })
  })
})

describe('about a workflow run', () => {
  const run = (fields: object) => ({
    workflow_run: {
      event: 'pull_request',
      head_branch: 'x',
      head_sha: SHA,
      head_repository: { full_name: 'eve/app' },
      pull_requests: [],
      ...fields,
    },
  })
  const question = {
    about: 'workflow run',
    repository: 'octo/app',
    headRepository: 'eve/app',
    branch: 'x',
    sha: SHA,
  } as const
  const ours = { head_repository: { full_name: 'octo/app' } }

  test.each([
    ['of a fork', {}, question],
    ['of a fork, regardless of its event', { event: 'push' }, question],
    ['of a pull request that is closed', ours, { ...question, headRepository: 'octo/app' }],
    ['of a target', { ...ours, event: 'pull_request_target' }, { ...question, headRepository: 'octo/app' }],
    ['of a push', { ...ours, event: 'push' }, undefined],
    ['that names its pull request', { pull_requests: [{ number: 3 }] }, undefined],
    ['of a deleted fork', { head_repository: null }, undefined],
    ['without a branch', { head_branch: null }, undefined],
  ])('%s', (_, fields, expected) => {
    expect(asked('workflow_run', run(fields))).toEqual(expected)
  })

  test('answered with a number', () => {
    const told: Source = { branch: 'x', repository: 'eve/app', isFork: true, pullRequest: '' }
    expect(answered(told, question, { about: 'workflow run', number: '9' })).toEqual({ ...told, pullRequest: '9' })
  })
})

describe('about a tag', () => {
  const question = { about: 'tag', repository: 'octo/app', sha: SHA, candidates: ['main'] } as const

  test.each<[string, Record<string, unknown>, string[]]>([
    ['push', { ref: 'refs/tags/v1' }, ['main']],
    ['push', { ref: 'refs/tags/v1', base_ref: 'refs/heads/release/1' }, ['main', 'release/1']],
    ['push', { ref: 'refs/tags/v1', base_ref: 'refs/heads/main' }, ['main']],
    ['release', { release: { target_commitish: 'release/1' } }, ['main', 'release/1']],
    ['release', { release: { target_commitish: SHA } }, ['main']],
    ['push', { ref: 'refs/tags/v1', repository: { full_name: 'octo/app' } }, []],
  ])('on %s %j', (name, payload, candidates) => {
    expect(asked(name, payload, 'refs/tags/v1')).toEqual({ ...question, candidates })
  })

  test('not without its commit', () => {
    expect(asked('push', { ref: 'refs/tags/v1' }, 'refs/tags/v1', '')).toBeUndefined()
  })

  test.each([
    ['main', ['main', 'x'], 'main', 'octo/app'],
    ['x', ['main', 'x'], 'x', 'octo/app'],
    ['gone', ['main', 'x'], 'main', 'octo/app'],
    ['', ['main', 'x'], 'main', 'octo/app'],
    ['main', [], '', ''],
  ])('with %j in the event and %j in the response, it is from %j', (told, branches, branch, owner) => {
    const source: Source = { branch: told, repository: told && 'octo/app', isFork: false, pullRequest: '' }
    expect(answered(source, question, { about: 'tag', branches })).toEqual({ ...source, branch, repository: owner })
  })
})

test.each([
  [{ about: 'pull request', repository: 'o/r', number: '1' } as const, 'source_branch', 'pull-requests: read'],
  [
    { about: 'workflow run', repository: 'o/r', headRepository: 'e/r', branch: 'x', sha: SHA } as const,
    'pr_number',
    'pull-requests: read',
  ],
  [{ about: 'tag', repository: 'o/r', sha: SHA, candidates: [] } as const, 'tag_branches', 'contents: read'],
])('%j without a response names the empty outputs and the permission', (question, output, permission) => {
  const line = openLine(question, 'No answer.')
  expect(line).toMatch(new RegExp(`^${output} .*\\bempty\\. No answer\\. .*'permissions: ${permission}'`))
})
