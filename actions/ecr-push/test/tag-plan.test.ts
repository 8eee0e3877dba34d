import type { Manifest, Repository } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { pushRefusal } from '../src/push-refusal.ts'
import { isImmutable } from '../src/tag-mutability.ts'
import { type Conflict, type Latest, planTags, type Tags } from '../src/tag-plan.ts'
import { DIGEST, MANIFEST, REPOSITORY } from './support/ports.ts'

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

const OTHER: Manifest = { ...MANIFEST, digest: `sha256:${'cd'.repeat(32)}` }

function plan(
  repository: Repository,
  tags: Tags,
  there: Record<string, Manifest> = {},
  { latest = 'auto', conflict = 'fail' }: { latest?: Latest; conflict?: Conflict } = {},
) {
  const asked: string[] = []
  const ecr = {
    async manifest(_: Repository, id: { tag: string } | { digest: string }) {
      const tag = 'tag' in id ? id.tag : ''
      asked.push(tag)
      return there[tag]
    },
  }
  return planTags(repository, tags, { latest, conflict }, ecr).then((found) => ({ ...found, asked }))
}

describe('planTags', () => {
  test('asks nothing where all tags can move', async () => {
    expect(await plan(REPOSITORY, ['1', 'latest'], { '1': MANIFEST })).toEqual({
      tags: ['1', 'latest'],
      existing: undefined,
      notices: [],
      asked: [],
    })
  })

  test('leaves latest out where it cannot move, unless it is insisted on or alone', async () => {
    const frozen = with_('IMMUTABLE')
    expect(await plan(frozen, ['1', 'latest'])).toMatchObject({
      tags: ['1'],
      notices: ["'latest' is left out, because team/app keeps tags immutable. Set 'latest: true' to insist on it."],
    })
    expect(await plan(frozen, ['1', 'latest'], {}, { latest: 'true' })).toMatchObject({ tags: ['1', 'latest'] })
    expect(await plan(frozen, ['latest'])).toMatchObject({ tags: ['latest'] })
    expect(await plan(with_('IMMUTABLE_WITH_EXCLUSION', 'latest'), ['1', 'latest'])).toMatchObject({
      tags: ['1', 'latest'],
      asked: ['1'],
    })
  })

  const taken = { '1': MANIFEST }

  test('a conflict fails, is left out, or gives its image to the others', async () => {
    const frozen = with_('IMMUTABLE')
    await expect(plan(frozen, ['1', '2'], taken)).rejects.toThrow(
      "Tag '1' of team/app has an image already and cannot move, because the repository keeps tags immutable. Use a new tag, or set 'immutable_conflict' to skip or reuse.",
    )
    expect(await plan(frozen, ['1', '2'], taken, { conflict: 'skip' })).toMatchObject({
      tags: ['2'],
      existing: undefined,
    })
    expect(await plan(frozen, ['1'], taken, { conflict: 'skip' })).toMatchObject({ tags: ['1'], existing: MANIFEST })
    expect(await plan(frozen, ['1', '2'], taken, { conflict: 'reuse' })).toMatchObject({
      tags: ['1', '2'],
      existing: { digest: DIGEST },
    })
  })

  test('two images cannot both be reused', async () => {
    await expect(
      plan(with_('IMMUTABLE'), ['1', '2'], { '1': MANIFEST, '2': OTHER }, { conflict: 'reuse' }),
    ).rejects.toThrow(/^Tags '1', '2' of team\/app have an image already .* They are not the same image/)
  })
})

test.each<[string, Repository | undefined, Manifest | undefined, RegExp]>([
  ['the repository is gone', undefined, undefined, /^The repository 'team\/app' is not there any more\.$/],
  ['the tag is taken', with_('IMMUTABLE'), MANIFEST, /^Tag '1' of team\/app is immutable and is sha256:/],
  ['neither', REPOSITORY, MANIFEST, /ecr:PutImage, or team\/app has as many images as its quota allows\.$/],
])('why a push is refused: %s', async (_, repository, manifest, line) => {
  const ecr = { find: async () => repository, manifest: async () => manifest }
  expect(await pushRefusal(REPOSITORY, '1', ecr)).toMatch(line)
})
