import { memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import { cachePreset } from '../../src/build/registry-cache.ts'
import { REPOSITORY } from '../support/ports.ts'

const branch = (name: string) => ({
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY: 'o/r',
  GITHUB_REF: `refs/heads/${name}`,
  GITHUB_REF_NAME: name,
  GITHUB_REF_TYPE: 'branch',
})
const DEFAULT = { repository: { default_branch: 'main' } }
const pull = (full_name: string) => ({ ...DEFAULT, pull_request: { head: { repo: { full_name } } } })
const PULL = { ...branch('7/merge'), GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_HEAD_REF: 'main' }

const presetOf = (env: Record<string, string>, payload: Record<string, unknown>, repository = REPOSITORY) =>
  cachePreset(repository, { ...memoryJob(env).event, payload })

test.each<[string, Record<string, string>, Record<string, unknown>, string[], string | undefined]>([
  ['the default branch', branch('main'), DEFAULT, ['buildcache'], 'buildcache'],
  ['a schedule', { ...branch('main'), GITHUB_EVENT_NAME: 'schedule' }, {}, ['buildcache'], 'buildcache'],
  ['a branch', branch('next'), DEFAULT, ['buildcache-next', 'buildcache'], 'buildcache-next'],
  ['a branch of an unknown default', branch('next'), {}, ['buildcache-next', 'buildcache'], 'buildcache-next'],
  [
    'a branch that is no tag',
    branch('a/$(id)'),
    DEFAULT,
    ['buildcache-a---id--6a5eaccc', 'buildcache'],
    'buildcache-a---id--6a5eaccc',
  ],
  [
    'a pull request',
    { ...PULL, GITHUB_HEAD_REF: 'next' },
    pull('o/r'),
    ['buildcache-next', 'buildcache'],
    'buildcache-next',
  ],
  ['a pull request from a fork, whose branch may be called as ours', PULL, pull('x/r'), ['buildcache'], undefined],
  [
    'a tag',
    { ...branch('v1'), GITHUB_REF: 'refs/tags/v1', GITHUB_REF_TYPE: 'tag' },
    DEFAULT,
    ['buildcache'],
    undefined,
  ],
  [
    'a run about the pull request of a fork, on the default branch',
    { ...branch('main'), GITHUB_EVENT_NAME: 'workflow_run' },
    { ...DEFAULT, workflow_run: { head_branch: 'main', head_repository: { full_name: 'x/r' } } },
    ['buildcache'],
    undefined,
  ],
  ['a comment', { ...branch('main'), GITHUB_EVENT_NAME: 'issue_comment' }, DEFAULT, ['buildcache'], undefined],
  ['a queue for merging', branch('gh-readonly-queue/main/pr-1'), DEFAULT, ['buildcache'], undefined],
])('%s', (_, env, payload, from, to) => {
  const preset = presetOf(env, payload)
  expect(preset.from).toEqual(from.map((tag) => `${REPOSITORY.uri}:${tag}`))
  expect([preset.to, preset.notice]).toEqual([to && `${REPOSITORY.uri}:${to}`, undefined])
})

test('no two branches share a tag, and each is one', () => {
  const names = ['a/b', 'a-b', 'a-b-c14cddc0', 'ä', 'ü', 'x'.repeat(200), `${'x'.repeat(200)}y`]
  const tags = names.map((name) => presetOf(branch(name), DEFAULT).to?.slice(REPOSITORY.uri.length + 1) ?? '')
  expect(new Set(tags).size).toBe(names.length)
  for (const tag of tags) expect(tag).toMatch(/^[\w][\w.-]{0,127}$/)
})

test('a tag that cannot move is read and not written', () => {
  const immutable = { ...REPOSITORY, tagMutability: 'IMMUTABLE' as const }
  expect(presetOf(branch('main'), DEFAULT, immutable)).toEqual({
    from: [`${REPOSITORY.uri}:buildcache`],
    to: undefined,
    notice:
      "The cache is not written, because team/app keeps its tag 'buildcache' immutable. Let it move, with ecr-repository's 'immutable_except: buildcache*'.",
  })
  const excepted = { ...REPOSITORY, tagMutability: 'IMMUTABLE_WITH_EXCLUSION' as const, exclusions: ['buildcache*'] }
  expect(presetOf(branch('main'), DEFAULT, excepted)).toMatchObject({ notice: undefined })
})
