import { Failure, type Manifest, type Repository } from '@container-actions/core'
import { expect, test } from 'vitest'
import { pushRefusal } from '../../src/push/explain-refusal.ts'
import { isImmutable } from '../../src/tags/mutability.ts'
import { type Conflict, decisiveTags, type Latest, planTags, type Tags, type WantedTags } from '../../src/tags/plan.ts'
import { DIGEST, MANIFEST, OTHER, REPOSITORY } from '../support/ports.ts'

const with_ = (tagMutability: string, ...exclusions: string[]): Repository => ({
  ...REPOSITORY,
  tagMutability,
  exclusions,
})

test.each<[string, string[], string, boolean]>([
  ['MUTABLE', [], 'latest', false],
  ['IMMUTABLE', [], 'latest', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'latest', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'dev-1', false],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], '1.2', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['1.*'], '1x2', true],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'v1', true],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], '1v', false],
])('in a repository %s except %j, whether %s is immutable is %s', (mode, exclusions, tag, immutable) => {
  expect(isImmutable(with_(mode, ...exclusions), tag)).toBe(immutable)
})

type Given = { latest?: Latest; conflict?: Conflict; existing?: Manifest }

function plan(repository: Repository, tags: Tags, there: Record<string, Manifest> = {}, given: Given = {}) {
  const wanted: WantedTags = { tags, latest: 'auto', conflict: 'fail', ...given }
  return planTags(repository, wanted, new Map(Object.entries(there)))
}

const FROZEN = with_('IMMUTABLE')
const LEFT_OUT = "'latest' is left out, because team/app keeps tags immutable. Set 'latest: true' to insist on it."
const ONE = "Tag '1' of team/app already has an image and cannot move, because the repository keeps tags immutable."
const BOTH =
  "Tags '1', '2' of team/app already have an image and cannot move, because the repository keeps tags immutable."
const ADVICE = "Use a new tag, or set 'immutable_conflict' to skip or reuse."
const STAY = 'They stay as they are.'
const REUSED = 'Its image is used, and nothing is built.'
const EXISTS = { existing: MANIFEST }

test.each<[string, Repository, Tags, Record<string, Manifest>, Given, string[], Manifest | undefined, string[]]>([
  ['all can move', REPOSITORY, ['1', 'latest'], { '1': MANIFEST }, {}, ['1', 'latest'], undefined, []],
  ['latest cannot', FROZEN, ['1', 'latest'], {}, {}, ['1'], undefined, [LEFT_OUT]],
  ['latest alone', FROZEN, ['latest'], {}, {}, ['latest'], undefined, []],
  ['latest: true', FROZEN, ['1', 'latest'], {}, { latest: 'true' }, ['1', 'latest'], undefined, []],
  ['skip', FROZEN, ['1', '2'], { '1': OTHER }, { conflict: 'skip' }, ['2'], undefined, [`${ONE} ${STAY}`]],
  ['skip of all', FROZEN, ['1'], { '1': OTHER }, { conflict: 'skip' }, ['1'], OTHER, [`${ONE} ${REUSED}`]],
  ['reuse', FROZEN, ['1', '2'], { '1': OTHER }, { conflict: 'reuse' }, ['1', '2'], OTHER, [`${ONE} ${REUSED}`]],
  ['an image that is there', FROZEN, ['1', '2'], { '1': MANIFEST }, EXISTS, ['1', '2'], MANIFEST, []],
  [
    'skip for an image that is there',
    FROZEN,
    ['1', '2', 'latest'],
    { '1': OTHER },
    { ...EXISTS, conflict: 'skip' },
    ['2'],
    MANIFEST,
    [LEFT_OUT, `${ONE} ${STAY}`],
  ],
])('planTags: %s', (_, repository, tags, there, given, planned, existing, notices) => {
  expect(plan(repository, tags, there, given)).toEqual({ tags: planned, existing, notices })
})

test.each<[string, Record<string, Manifest>, Given, string]>([
  ['a tag that is taken', { '1': OTHER }, {}, `${ONE} ${ADVICE}`],
  ['two of them', { '1': OTHER, '2': MANIFEST }, {}, `${BOTH} ${ADVICE}`],
  [
    'two images to reuse',
    { '1': OTHER, '2': MANIFEST },
    { conflict: 'reuse' },
    `${BOTH} They point to different images, so none can be reused.`,
  ],
  ['an image that is there', { '1': OTHER, '2': MANIFEST }, EXISTS, `${ONE} ${ADVICE}`],
  [
    'an image that is there, and another to reuse',
    { '1': OTHER },
    { ...EXISTS, conflict: 'reuse' },
    `${ONE} They are not ${DIGEST}, which the tags were supposed to get. Use new tags.`,
  ],
])('planTags fails for %s', (_, there, given, line) => {
  expect(() => plan(FROZEN, ['1', '2'], there, given)).toThrow(new Failure(line))
})

test('only tags that cannot move have to be looked at', () => {
  const wanted: WantedTags = { tags: ['1', 'latest'], latest: 'auto', conflict: 'fail' }
  expect(decisiveTags(REPOSITORY, wanted)).toEqual([])
  expect(decisiveTags(FROZEN, wanted)).toEqual(['1'])
  expect(decisiveTags(FROZEN, { ...wanted, latest: 'true' })).toEqual(['1', 'latest'])
  expect(decisiveTags(with_('IMMUTABLE_WITH_EXCLUSION', 'latest'), wanted)).toEqual(['1'])
})

test.each<[string, Repository | undefined, Manifest | undefined, RegExp]>([
  ['the repository is gone', undefined, undefined, /^The repository 'team\/app' no longer exists\.$/],
  ['the tag is taken', with_('IMMUTABLE'), MANIFEST, /^Tag '1' of team\/app is immutable and is sha256:/],
  ['neither', REPOSITORY, MANIFEST, /ecr:PutImage, or team\/app has as many images as its quota allows\.$/],
])('why a push is refused: %s', async (_, repository, manifest, line) => {
  const ecr = { find: async () => repository, manifest: async () => manifest }
  expect(await pushRefusal(REPOSITORY, '1', ecr)).toMatch(line)
})
