import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/policy/json.ts'
import { lifecyclePolicyProblem, sameLifecyclePolicy } from '../../src/policy/lifecycle-policy.ts'

const expire = { type: 'expire' }
const COUNT = { countType: 'imageCountMoreThan', countNumber: 5 }
const rule = (rulePriority: number, selection: object, more: object = {}) =>
  ({ rulePriority, selection: { ...COUNT, ...selection }, action: expire, ...more }) as unknown as JsonObject
const policy = (...rules: Json[]): JsonObject => ({ rules })

const untagged = { tagStatus: 'untagged' }
const any = { tagStatus: 'any' }
const tagged = { tagStatus: 'tagged', tagPatternList: ['v*'] }
const ARCHIVED = { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days' }

describe('what ECR takes', () => {
  test.each<[string, JsonObject]>([
    ['one rule', policy(rule(1, any))],
    ['any as the last of several', policy(rule(5, any), rule(1, tagged), rule(2, untagged))],
    ['days', policy(rule(1, { ...any, countType: 'sinceImagePushed', countUnit: 'days' }))],
    ['a prefix list', policy(rule(1, { tagStatus: 'tagged', tagPrefixList: ['v'] }))],
    ['four wildcards', policy(rule(1, { tagStatus: 'tagged', tagPatternList: ['*1*2*3*4'] }))],
    ['a rule for each storage class', policy(rule(1, any), rule(2, { ...any, ...ARCHIVED }))],
    ['archiving', policy(rule(1, any, { action: { type: 'transition', targetStorageClass: 'archive' } }))],
  ])('%s', (_, given) => {
    expect(lifecyclePolicyProblem('It', given)).toBeUndefined()
  })
})

describe('what ECR refuses', () => {
  test.each<[JsonObject, string]>([
    [{}, "needs 'rules', a list of at least one"],
    [policy(), "needs 'rules', a list of at least one"],
    [{ rules: {} }, "needs 'rules', a list of at least one"],
    [policy(1), 'breaks a rule of ECR in its rule 1: must be an object'],
    [
      policy(rule(1, any), rule(0, tagged)),
      'breaks a rule of ECR in its rule 2: rulePriority must be a whole number of at least 1',
    ],
    [policy({ rulePriority: 1, action: expire }), 'breaks a rule of ECR in its rule 1: selection is missing'],
    [
      policy(rule(1, { tagStatus: 'all' })),
      'breaks a rule of ECR in its rule 1: tagStatus must be one of tagged, untagged, any',
    ],
    ...[{}, { tagPrefixList: [] }, { tagPrefixList: ['a'], tagPatternList: ['a'] }, { tagPatternList: [1] }].map(
      (lists): [JsonObject, string] => [
        policy(rule(1, { tagStatus: 'tagged', ...lists })),
        'breaks a rule of ECR in its rule 1: tagStatus tagged needs either tagPatternList or tagPrefixList, a list of tags',
      ],
    ),
    [
      policy(rule(1, { tagStatus: 'any', tagPrefixList: ['a'] })),
      'breaks a rule of ECR in its rule 1: tagStatus any takes neither tagPatternList nor tagPrefixList',
    ],
    [
      policy(rule(1, { tagStatus: 'tagged', tagPatternList: ['*1*2*3*4*'] })),
      'breaks a rule of ECR in its rule 1: a tag pattern has at most 4 wildcards *',
    ],
    [
      policy(rule(1, { ...any, countType: 'imageCountMoreThen' })),
      'breaks a rule of ECR in its rule 1: countType must be one of imageCountMoreThan, sinceImagePushed, sinceImagePulled, sinceImageTransitioned',
    ],
    [
      policy(rule(1, { ...any, countNumber: '5' })),
      'breaks a rule of ECR in its rule 1: countNumber must be a whole number of at least 1',
    ],
    [
      policy(rule(1, { ...any, countUnit: 'days' })),
      'breaks a rule of ECR in its rule 1: countType imageCountMoreThan takes no countUnit',
    ],
    [
      policy(rule(1, { ...any, countType: 'sinceImagePushed' })),
      'breaks a rule of ECR in its rule 1: countType sinceImagePushed needs the countUnit days',
    ],
    [
      policy(rule(1, any, { action: { type: 'delete' } })),
      'breaks a rule of ECR in its rule 1: action.type must be one of expire, transition',
    ],
    [
      policy(rule(1, any, { action: { type: 'transition' } })),
      'breaks a rule of ECR in its rule 1: action.type transition needs the targetStorageClass archive',
    ],
    [
      policy(rule(1, { ...any, ...ARCHIVED, storageClass: 'standard' })),
      'breaks a rule of ECR in its rule 1: countType sinceImageTransitioned needs the storageClass archive',
    ],
    [
      policy(rule(1, { ...any, storageClass: 'archive' })),
      'breaks a rule of ECR in its rule 1: countType imageCountMoreThan needs the storageClass standard',
    ],
    [policy(rule(1, any), rule(1, tagged)), 'breaks a rule of ECR: each rule needs its own rulePriority'],
    [
      policy(rule(1, untagged), rule(2, untagged)),
      'breaks a rule of ECR: only one rule may have the tagStatus untagged',
    ],
    [policy(rule(1, any), rule(2, any)), 'breaks a rule of ECR: only one rule may have the tagStatus any'],
    [
      policy(rule(1, any), rule(2, tagged)),
      'breaks a rule of ECR: the rule with the tagStatus any must have the highest rulePriority',
    ],
  ])('%j', (given, problem) => {
    expect(lifecyclePolicyProblem('It', given)).toBe(problem && `It ${problem}.`)
  })
})

test('a policy has at most 50 rules and 30720 characters', () => {
  const many = (length: number) =>
    policy(...Array.from({ length }, (_, index) => rule(index + 1, { tagStatus: 'tagged', tagPrefixList: ['v'] })))
  expect(lifecyclePolicyProblem('It', many(50))).toBeUndefined()
  expect(lifecyclePolicyProblem('It', many(51))).toBe('It has 51 rules; ECR takes at most 50.')
  const long = (length: number) => policy(rule(1, any, { description: 'x'.repeat(length) }))
  const empty = JSON.stringify(long(0)).length
  expect(lifecyclePolicyProblem('It', long(30_720 - empty))).toBeUndefined()
  expect(lifecyclePolicyProblem('It', long(30_721 - empty))).toBe('It has 30721 characters; ECR takes at most 30720.')
})

describe('two policies are the same', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['in any order of their rules', policy(rule(1, tagged), rule(2, any)), policy(rule(2, any), rule(1, tagged))],
    [
      'in any order of tags that all have to be there',
      policy(rule(1, { tagStatus: 'tagged', tagPatternList: ['a', 'b'] })),
      policy(rule(1, { tagStatus: 'tagged', tagPatternList: ['b', 'a', 'b'] })),
    ],
    ['with the default written out', policy(rule(1, any)), policy(rule(1, { ...any, storageClass: 'standard' }))],
    [
      'in any order of members',
      policy({ rulePriority: 1, action: expire, selection: { ...any, ...COUNT } }),
      policy({ selection: { ...COUNT, ...any }, action: expire, rulePriority: 1 }),
    ],
  ])('%s', (_, one, other) => {
    expect(sameLifecyclePolicy(one, other)).toBe(true)
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['another number', policy(rule(1, any)), policy(rule(1, { ...any, countNumber: 6 }))],
    [
      'another order of evaluation',
      policy(rule(1, tagged), rule(2, untagged)),
      policy(rule(2, tagged), rule(1, untagged)),
    ],
    ['another description', policy(rule(1, any)), policy(rule(1, any, { description: 'x' }))],
    ['a rule more', policy(rule(1, tagged)), policy(rule(1, tagged), rule(2, any))],
    ['what nobody can read', policy(rule(1, any)), {}],
  ])('but not with %s', (_, one, other) => {
    expect(sameLifecyclePolicy(one, other)).toBe(false)
    expect(sameLifecyclePolicy(other, one)).toBe(false)
  })
})

test('any JSON is a policy or a sentence, and the same as itself', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('rules', 'x'), fc.jsonValue()), (given) => {
      expect(['string', 'undefined']).toContain(typeof lifecyclePolicyProblem('It', given as JsonObject))
      expect(sameLifecyclePolicy(given as JsonObject, given as JsonObject)).toBe(true)
    }),
  )
})
