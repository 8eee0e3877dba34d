import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, isObject, type Json, type JsonObject } from '../../src/policy/json.ts'
import { repositoryPolicyProblem, sameRepositoryPolicy } from '../../src/policy/repository-policy.ts'

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const ROOT = 'arn:aws:iam::111122223333:root'

const allow = (more: object = {}) =>
  ({ Effect: 'Allow', Principal: { AWS: ROOT }, Action: PULL, ...more }) as unknown as JsonObject
const policy = (...Statement: Json[]): JsonObject => ({ Version: '2012-10-17', Statement })

describe('what IAM refuses', () => {
  test.each<[JsonObject, string | undefined]>([
    [policy(allow()), undefined],
    [{ Statement: allow() }, undefined],
    [policy({ Effect: 'Deny', NotPrincipal: '*', NotAction: '*' }), undefined],
    [{}, "needs a 'Statement'"],
    [policy(), "needs a 'Statement'"],
    [policy('x'), 'breaks a rule of IAM in its statement 1: must be an object'],
    [
      policy(allow(), allow({ Effect: 'allow' })),
      'breaks a rule of IAM in its statement 2: Effect must be Allow or Deny',
    ],
    [policy({ Effect: 'Allow', Action: PULL }), 'breaks a rule of IAM in its statement 1: Principal is missing'],
    [policy({ Effect: 'Allow', Principal: '*' }), 'breaks a rule of IAM in its statement 1: Action is missing'],
    [
      policy(allow({ Resource: '*' })),
      'breaks a rule of IAM in its statement 1: remove Resource; the policy always applies to its own repository',
    ],
    [
      policy(allow({ Actions: '*' })),
      'breaks a rule of IAM in its statement 1: Actions is not a valid element of a statement; valid elements are Sid, Effect, Principal, NotPrincipal, Action, NotAction, Condition',
    ],
    [
      policy(allow({ Principal: { AWS: [ROOT, 'arn:aws:iam::111122223333:*'] } })),
      'breaks a rule of IAM in its statement 1: the principal arn:aws:iam::111122223333:* contains a wildcard; use the account ID and restrict it with a Condition on aws:PrincipalArn',
    ],
  ])('%j', (given, problem) => {
    expect(repositoryPolicyProblem('It', given)).toBe(problem && `It ${problem}.`)
  })
})

test('a policy has at most 10240 characters', () => {
  const long = (length: number) => policy(allow({ Sid: 'x'.repeat(length) }))
  const empty = JSON.stringify(long(0)).length
  expect(repositoryPolicyProblem('It', long(10_240 - empty))).toBeUndefined()
  expect(repositoryPolicyProblem('It', long(10_241 - empty))).toBe('It has 10241 characters; ECR takes at most 10240.')
})

describe('two policies are the same', () => {
  const condition = (keys: object) => policy(allow({ Condition: { StringEquals: keys } }))

  test.each<[string, JsonObject, JsonObject]>([
    ['in any order of statements', policy(allow(), allow({ Sid: 'b' })), policy(allow({ Sid: 'b' }), allow())],
    ['with a statement twice', policy(allow()), policy(allow(), allow())],
    ['with one statement alone', policy(allow()), { Version: '2012-10-17', Statement: allow() }],
    ['in any order of actions', policy(allow()), policy(allow({ Action: PULL.toReversed() }))],
    ['with one action alone', policy(allow({ Action: 'ecr:*' })), policy(allow({ Action: ['ecr:*'] }))],
    [
      'with other capitals in actions',
      policy(allow()),
      policy(allow({ Action: PULL.map((one) => one.toUpperCase()) })),
    ],
    ['with an account as AWS spells it', policy(allow()), policy(allow({ Principal: { AWS: ['111122223333'] } }))],
    ['with everyone in both spellings', policy(allow({ Principal: '*' })), policy(allow({ Principal: { AWS: '*' } }))],
    [
      'in any order of principals',
      policy(allow({ Principal: { Service: ['a', 'b'], AWS: ROOT } })),
      policy(allow({ Principal: { AWS: [ROOT], Service: ['b', 'a'] } })),
    ],
    ["in any order of a condition's values", condition({ 'aws:x': ['a', 'b'] }), condition({ 'aws:x': ['b', 'a'] })],
    ['with other capitals in keys', condition({ 'aws:SourceArn': 'a' }), condition({ 'aws:sourcearn': ['a'] })],
    ['with values as strings', condition({ 'aws:x': [true, 1] }), condition({ 'aws:x': ['true', '1'] })],
    ['with the first version left out', { Statement: [allow()] }, { Version: '2008-10-17', Statement: [allow()] }],
    [
      'in any order of resources',
      policy(allow({ Resource: ['a', 'b'] }), allow({ NotResource: 'c' })),
      policy(allow({ NotResource: ['c'] }), allow({ Resource: ['b', 'a'] })),
    ],
  ])('%s', (_, one, other) => {
    expect(sameRepositoryPolicy(one, other)).toBe(true)
    expect(sameRepositoryPolicy(other, one)).toBe(true)
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['another effect', policy(allow()), policy(allow({ Effect: 'Deny' }))],
    ['an action more', policy(allow()), policy(allow({ Action: [...PULL, 'ecr:PutImage'] }))],
    [
      'a role instead of its account',
      policy(allow()),
      policy(allow({ Principal: { AWS: ROOT.replace('root', 'role/x') } })),
    ],
    ['a service of the same name', policy(allow()), policy(allow({ Principal: { Service: ROOT } }))],
    ['a condition', policy(allow()), policy(allow({ Condition: { Bool: { 'aws:x': 'true' } } }))],
    [
      'a condition by another operator',
      policy(allow({ Condition: { StringLike: { 'aws:x': 'a' } } })),
      policy(allow({ Condition: { StringEquals: { 'aws:x': 'a' } } })),
    ],
    ['other capitals in a value', condition({ 'aws:x': 'A' }), condition({ 'aws:x': 'a' })],
    ['another Sid', policy(allow()), policy(allow({ Sid: 'x' }))],
    ['another version', policy(allow()), { Version: '2008-10-17', Statement: [allow()] }],
    ['what nobody can read', policy(allow()), {}],
  ])('but not with %s', (_, one, other) => {
    expect(sameRepositoryPolicy(one, other)).toBe(false)
  })
})

/** Any policy, with names that IAM gives a meaning. */
const strings = fc.oneof(fc.constantFrom(ROOT, '111122223333', '*', 'ecr:PutImage'), fc.string({ maxLength: 3 }))
const list = fc.oneof(strings, fc.uniqueArray(strings, { minLength: 1, maxLength: 4 }))
const dictionary = fc.dictionary(fc.constantFrom('AWS', 'Service', 'Federated'), list, { minKeys: 1 })
const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: fc.oneof(fc.constant('*'), dictionary),
    Action: list,
    Condition: fc.dictionary(
      fc.constantFrom('StringLike', 'Bool'),
      fc.dictionary(fc.constantFrom('aws:x', 'aws:y'), list),
    ),
    Sid: fc.string({ maxLength: 3 }),
  },
  { requiredKeys: ['Effect', 'Principal', 'Action'] },
)
const anyPolicy = fc.record({ Statement: fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 4 })) })

/** The same policy written otherwise: lists backwards, single values as lists, members in another order. */
function rewritten(value: Json, inList = false): Json {
  if (Array.isArray(value)) return value.toReversed().map((each) => rewritten(each, true))
  if (!isObject(value)) return value
  const entries = Object.entries(value).toReversed()
  const spelled = entries.map(([name, member]): [string, Json] => {
    const single = typeof member === 'string' && !['Effect', 'Sid', 'Principal'].includes(name)
    return [name, single ? [member] : rewritten(member)]
  })
  const object: JsonObject = Object.fromEntries(spelled)
  return inList || !('Statement' in object) || Array.isArray(object['Statement'])
    ? object
    : { ...object, Statement: [object['Statement'] ?? null] }
}

test('a policy written otherwise is the same, and one with another effect is not', () => {
  fc.assert(
    fc.property(anyPolicy, (given) => {
      const one = given as unknown as JsonObject
      expect(sameRepositoryPolicy(one, rewritten(one) as JsonObject)).toBe(true)
      const [first, ...others] = [given.Statement].flat()
      const Effect = first?.Effect === 'Allow' ? 'Deny' : 'Allow'
      const changed = { Statement: [{ ...first, Effect }, ...others] } as unknown as JsonObject
      const had = others.some((each) => canonical(each as Json) === canonical({ ...first, Effect } as Json))
      if (!had) expect(sameRepositoryPolicy(one, changed)).toBe(false)
    }),
  )
})

test('any JSON is a policy or a sentence, and the same as itself', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('Statement', 'Version', '__proto__'), fc.jsonValue()), (given) => {
      expect(['string', 'undefined']).toContain(typeof repositoryPolicyProblem('It', given as JsonObject))
      expect(sameRepositoryPolicy(given as JsonObject, given as JsonObject)).toBe(true)
    }),
  )
})
