import { eventOf } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { runNames } from '../src/run-names.ts'

const repository = { full_name: 'octo/app', default_branch: 'main' }
const REPOSITORY = { GITHUB_REPOSITORY: 'octo/app' }
const pullRequest = (head: object, base: object = {}) => ({
  repository,
  pull_request: { number: 12, head, base: { ref: 'main', repo: { full_name: 'octo/app' }, ...base } },
})

describe('the ref', () => {
  test.each([
    ['refs/heads/main', 'branch', 'main'],
    ['refs/heads/refs/heads/main', 'branch', 'refs/heads/main'],
    ['refs/heads/12/merge', 'branch', '12/merge'],
    ['refs/pull/12/merge', 'none', '12/merge'],
    ['refs/notes/commits', 'none', 'refs/notes/commits'],
    ['main', 'branch', 'main'],
    ['', 'none', ''],
  ])('%s is a %s', (ref, kind, name) => {
    expect(runNames(eventOf('push', { repository }, { GITHUB_REF: ref }))).toMatchObject({ kind, ref: name, tag: '' })
  })

  test.each([
    ['refs/tags/v1', '', 'v1'],
    ['refs/tags/refs/heads/main', 'branch', 'refs/heads/main'],
    ['v1', 'tag', 'v1'],
  ])('%s of type %j is a tag', (ref, type, tag) => {
    const event = eventOf('push', { repository }, { GITHUB_REF: ref, GITHUB_REF_TYPE: type })
    expect(runNames(event)).toMatchObject({ kind: 'tag', tag, ref: '', isDefault: false, unique: tag })
  })

  test.each([
    ['create', 'tag', '', 'tag'],
    ['create', 'tag', 'branch', 'tag'],
    ['create', 'branch', 'tag', 'branch'],
    ['delete', 'tag', '', 'branch'],
    ['delete', 'tag', 'branch', 'branch'],
  ])('an unqualified one of %s with ref_type %s and GITHUB_REF_TYPE %j is a %s', (name, refType, type, kind) => {
    const event = eventOf(name, { repository, ref_type: refType }, { GITHUB_REF: 'main', GITHUB_REF_TYPE: type })
    expect(runNames(event).kind).toBe(kind)
  })

  test('only a branch can be the default branch', () => {
    const named = (name: string, ref: string) =>
      runNames(eventOf('push', { repository: { ...repository, default_branch: name } }, { GITHUB_REF: ref })).isDefault
    expect(named('12/merge', 'refs/heads/12/merge')).toBe(true)
    expect(named('12/merge', 'refs/pull/12/merge')).toBe(false)
    expect(named('v1', 'refs/tags/v1')).toBe(false)
    expect(named('', '')).toBe(false)
  })
})

describe('the default branch', () => {
  const pull = { pull_request: { base: { repo: { default_branch: 'trunk' } } } }
  test.each([
    ['push', { repository, master_branch: 'old' }, 'refs/heads/x', 'main'],
    ['pull_request', pull, 'refs/pull/1/merge', 'trunk'],
    ['create', { master_branch: 'develop' }, 'refs/heads/x', 'develop'],
    ['schedule', {}, 'refs/heads/release/1', 'release/1'],
    ['schedule', {}, 'refs/tags/v1', ''],
    ['push', {}, 'refs/heads/x', ''],
  ])('of %s %j on %s is %j', (name, payload, ref, expected) => {
    expect(runNames(eventOf(name, payload, { GITHUB_REF: ref })).defaultBranch).toBe(expected)
  })
})

describe('a pull request', () => {
  const ours = { ref: 'main', repo: { full_name: 'octo/app' } }

  test('of this repository has the name of its branch', () => {
    const event = eventOf('pull_request', pullRequest(ours), { GITHUB_REF: 'refs/pull/12/merge' })
    expect(runNames(event)).toEqual({
      kind: 'pull_request',
      tag: '',
      ref: '12/merge',
      head: 'main',
      base: 'main',
      defaultBranch: 'main',
      isDefault: true,
      unique: 'main',
    })
  })

  test.each([
    ['a fork', { ref: 'main', repo: { full_name: 'eve/app' } }, 'eve:main'],
    ['a repository that is gone', { ref: 'main', repo: null }, 'pull/12:main'],
  ])('of %s never has the name of one of ours', (_, head, unique) => {
    const event = eventOf('pull_request', pullRequest(head), REPOSITORY)
    expect(runNames(event)).toMatchObject({ isDefault: false, unique })
  })

  test('of this repository stays one when only the capitals of its name differ', () => {
    const head = { ref: 'main', repo: { full_name: 'Octo/App' } }
    expect(runNames(eventOf('pull_request', pullRequest(head))).isDefault).toBe(true)
  })

  test('is measured by the repository of the payload, then of its base, then of the environment', () => {
    const { pull_request } = pullRequest(ours)
    const isDefault = (payload: Record<string, unknown>, env: Record<string, string>) =>
      runNames(eventOf('pull_request', payload, env)).isDefault
    const elsewhere = { GITHUB_REPOSITORY: 'eve/app' }
    const withoutBase = { ...pull_request, base: { ref: 'main', repo: { default_branch: 'main' } } }
    expect(isDefault({ repository, pull_request: withoutBase }, elsewhere)).toBe(true)
    const base = { ref: 'main', repo: { full_name: 'octo/app', default_branch: 'main' } }
    expect(isDefault({ pull_request: { ...pull_request, base } }, elsewhere)).toBe(true)
    expect(isDefault({ pull_request: withoutBase }, elsewhere)).toBe(false)
    expect(isDefault({ pull_request: withoutBase }, REPOSITORY)).toBe(true)
  })

  test('is a fork where no repository is known', () => {
    const payload = { pull_request: { number: 1, head: { ref: 'main', repo: null } }, master_branch: 'main' }
    expect(runNames(eventOf('pull_request', payload))).toMatchObject({ isDefault: false, unique: 'pull/1:main' })
  })

  test('without a payload comes from the environment, as a fork', () => {
    const env = { GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'main', GITHUB_BASE_REF: 'develop' }
    expect(runNames(eventOf('pull_request', { repository }, env))).toMatchObject({
      head: 'main',
      base: 'develop',
      isDefault: false,
      unique: 'pull/7:main',
    })
  })

  test('of any event whose payload has one, or whose name says so', () => {
    const event = eventOf('something_new', pullRequest({ ref: 'x', repo: { full_name: 'octo/app' } }))
    expect(runNames(event)).toMatchObject({ kind: 'pull_request', head: 'x' })
    const review = eventOf('pull_request_review', { repository, pull_request: null }, { GITHUB_HEAD_REF: 'y' })
    expect(runNames(review)).toMatchObject({ kind: 'pull_request', head: 'y' })
    expect(runNames(eventOf('push', { repository, pull_request: null })).kind).toBe('none')
  })

  test('with no head at all has no name', () => {
    expect(runNames(eventOf('pull_request', { repository }))).toMatchObject({ head: '', isDefault: false, unique: '' })
    const payload = { repository: { ...repository, default_branch: '' }, pull_request: { head: ours } }
    expect(
      runNames(eventOf('pull_request', { ...payload, pull_request: { head: { ...ours, ref: '' } } })),
    ).toMatchObject({ isDefault: false, unique: '' })
  })
})

describe('a merge group', () => {
  const queue = (base: string) => `refs/heads/gh-readonly-queue/${base}/pr-12-${'a'.repeat(40)}`

  test.each([
    ['its payload', { merge_group: { base_ref: 'refs/heads/release/1.x', head_ref: queue('other') } }, 'release/1.x'],
    ['the branch of its queue', {}, 'release/pr-9-b'],
    ['nowhere', { merge_group: { head_ref: 'refs/heads/something' } }, ''],
    ['no branch of another form', { merge_group: { head_ref: `refs/heads/x/${queue('main').slice(11)}` } }, ''],
    ['no branch that goes on', { merge_group: { head_ref: `${queue('main')}-x` } }, ''],
  ])('has its base from %s', (_, payload, base) => {
    const event = eventOf('merge_group', { repository, ...payload }, { GITHUB_REF: queue('release/pr-9-b') })
    expect(runNames(event)).toMatchObject({ kind: 'merge_group', base, head: '', isDefault: false })
  })

  test('is only what its event says', () => {
    expect(runNames(eventOf('push', { repository }, { GITHUB_REF: queue('main') }))).toMatchObject({
      kind: 'branch',
      base: '',
    })
  })
})

test('a tag has the branch that its push names', () => {
  const onTag = (base: unknown) =>
    runNames(eventOf('push', { repository, base_ref: base }, { GITHUB_REF: 'refs/tags/v1' })).base
  expect(onTag('refs/heads/v2-dev')).toBe('v2-dev')
  expect(onTag('refs/heads/refs/heads/x')).toBe('refs/heads/x')
  expect(onTag(null)).toBe('')
})
