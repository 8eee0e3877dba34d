import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { members } from '../../src/policy/json.ts'
import { lifecyclePolicyProblem } from '../../src/policy/lifecycle-policy.ts'
import { lifecyclePreset } from '../../src/policy/lifecycle-preset.ts'

/** The policy, or the line that says what is wrong. */
const preset = (terms: readonly string[]) => {
  const reading = lifecyclePreset('It', terms)
  return reading.kind === 'policy' ? reading.policy : reading.line
}

const expire = { type: 'expire' }
const count = (countNumber: number) => ({ countType: 'imageCountMoreThan', countNumber })
const days = (countNumber: number) => ({ countType: 'sinceImagePushed', countUnit: 'days', countNumber })

describe('terms become rules', () => {
  test.each<[string[], object[]]>([
    [['keep:30'], [{ description: 'Keep the newest 30 images', selection: { tagStatus: 'any', ...count(30) } }]],
    [['keep:90d'], [{ description: 'Expire images after 90 days', selection: { tagStatus: 'any', ...days(90) } }]],
    [
      ['keep:30', 'untagged:7d', 'pr-*:1d', 'v*:10', 'untagged-x:1'],
      [
        {
          description: 'Expire images without a tag after 7 days',
          selection: { tagStatus: 'untagged', ...days(7) },
        },
        {
          description: 'Expire images tagged pr-* after 1 day',
          selection: { tagStatus: 'tagged', tagPatternList: ['pr-*'], ...days(1) },
        },
        {
          description: 'Keep the newest 10 images tagged v*',
          selection: { tagStatus: 'tagged', tagPatternList: ['v*'], ...count(10) },
        },
        {
          description: 'Keep the newest 1 image tagged untagged-x',
          selection: { tagStatus: 'tagged', tagPatternList: ['untagged-x'], ...count(1) },
        },
        { description: 'Keep the newest 30 images', selection: { tagStatus: 'any', ...count(30) } },
      ],
    ],
    [
      ['untagged:3'],
      [{ description: 'Keep the newest 3 images without a tag', selection: { tagStatus: 'untagged', ...count(3) } }],
    ],
  ])('%j', (terms, rules) => {
    expect(preset(terms)).toEqual({
      rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule, action: expire })),
    })
  })
})

const FORM = 'is not of the form which:number or which:days with a d, like keep:30 or untagged:7d'
const WHICH =
  "needs 'keep', 'untagged' or a tag before the colon: at most 128 letters, digits, . _ - and at most 4 wildcards *"

test.each([
  ['keep', FORM],
  ['keep:', FORM],
  [':7d', FORM],
  ['keep:x', FORM],
  ['keep:7w', FORM],
  ['keep:-1', FORM],
  ['keep:1.5', FORM],
  ['a:b:7d', FORM],
  ['keep:9999999999', FORM],
  ['keep:0', 'needs a number of at least 1'],
  ['a b:7d', WHICH],
  ['*1*2*3*4*5:7d', WHICH],
  [`${'a'.repeat(129)}:1`, WHICH],
])('%j is refused', (term, why) => {
  expect(preset(['untagged:7d', term])).toBe(`It has ${JSON.stringify(term)}, which ${why}.`)
})

test.each([
  [['keep:1', 'keep:2d'], "has two terms for 'keep'; ECR takes one"],
  [['v*:1', 'keep:2', 'v*:7d'], "has two terms for 'v*'; ECR takes one"],
])('%j is refused', (terms, problem) => {
  expect(preset(terms)).toBe(`It ${problem}.`)
})

const which = fc.oneof(fc.constantFrom('keep', 'untagged'), fc.stringMatching(/^[a-z0-9._*-]{1,10}$/))
const term = fc.tuple(which, fc.integer({ min: 1, max: 999_999_999 }), fc.constantFrom('', 'd'))

test('every preset is a policy that ECR takes, or a sentence', () => {
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 50 }), (terms) => {
      const policy = preset(terms.map(([name, number, unit]) => `${name}:${number}${unit}`))
      if (typeof policy === 'string') return
      expect(lifecyclePolicyProblem('It', policy)).toBeUndefined()
      expect(members(policy['rules'])).toHaveLength(terms.length)
      expect(JSON.stringify(policy).length).toBeGreaterThanOrEqual(100)
    }),
  )
})

test('any text is a preset or a sentence', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (terms) => {
      expect(['object', 'string']).toContain(typeof preset(terms))
    }),
  )
})
