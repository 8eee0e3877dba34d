import { describe, expect, test } from 'vitest'
import { inputs } from './support/inputs.ts'

test('a name alone declares nothing', () => {
  expect(inputs()).toMatchObject({
    registryId: undefined,
    repos: ['team/app'],
    create: true,
    mode: 'ensure',
    declared: {
      mutability: undefined,
      scanOnPush: undefined,
      encryption: undefined,
      lifecyclePolicy: undefined,
      repositoryPolicy: undefined,
      resourceTags: undefined,
    },
    forcePolicy: false,
    dryRun: false,
  })
})

describe('repo and registry_id', () => {
  const HOST = '210987654321.dkr.ecr.eu-central-1.amazonaws.com'

  test.each<[Record<string, string>, string[], string | undefined]>([
    [{ repo: 'a/b,c/d\nc/d' }, ['a/b', 'c/d'], undefined],
    [{ account_id: '42' }, ['team/app'], '000000000042'],
    [{ account_id: '42', registry_id: '43' }, ['team/app'], '000000000043'],
    [{ repo: `${HOST}/a/b, c/d` }, ['a/b', 'c/d'], '210987654321'],
    [{ repo: `${HOST}/a/b`, registry_id: '210987654321' }, ['a/b'], '210987654321'],
  ])('%j', (given, repos, registryId) => {
    expect(inputs(given)).toMatchObject({ repos, registryId })
  })

  const where = (registry: string) =>
    `the step uses registry ${registry} in region eu-central-1. Remove the host, or correct 'registry_id' and 'region'.`

  test.each([
    [{ registry_id: 'x' }, `Input 'registry_id' must be the 12 digits of an AWS account; it is "x".`],
    [
      { repo: `${HOST}/a/b`, registry_id: '123456789012' },
      `Input 'repo' has "a/b" in registry 210987654321 of region eu-central-1, but ${where('123456789012')}`,
    ],
    [
      { repo: '210987654321.dkr.ecr.us-east-1.amazonaws.com/a/b' },
      `Input 'repo' has "a/b" in registry 210987654321 of region us-east-1, but ${where('210987654321')}`,
    ],
    [
      { repo: `${HOST}/a/b, 123456789012.dkr.ecr.eu-central-1.amazonaws.com/c/d` },
      `Input 'repo' has "c/d" in registry 123456789012 of region eu-central-1, but ${where('210987654321')}`,
    ],
  ])('%j is refused', (given, line) => {
    expect(() => inputs(given)).toThrow(line)
  })
})

describe('image_tag_mutability and immutable_except', () => {
  test.each<[Record<string, string>, string, string[]]>([
    [{ image_tag_mutability: 'MUTABLE' }, 'MUTABLE', []],
    [{ image_tag_mutability: 'IMMUTABLE' }, 'IMMUTABLE', []],
    [{ image_tag_mutability: 'IMMUTABLE', immutable_except: 'latest' }, 'IMMUTABLE_WITH_EXCLUSION', ['latest']],
    [{ immutable_except: 'latest, cache*, latest' }, 'IMMUTABLE_WITH_EXCLUSION', ['latest', 'cache*']],
    [
      { image_tag_mutability: 'IMMUTABLE_WITH_EXCLUSION', immutable_except: '*-a.b_*' },
      'IMMUTABLE_WITH_EXCLUSION',
      ['*-a.b_*'],
    ],
    [{ image_tag_mutability: 'MUTABLE_WITH_EXCLUSION', immutable_except: 'v*' }, 'MUTABLE_WITH_EXCLUSION', ['v*']],
  ])('%j', (given, mode, exclusions) => {
    expect(inputs(given).declared.mutability).toEqual({ mode, exclusions })
  })

  const RULE = 'each of its tags has at most 128 letters, digits, . _ - and at most 2 wildcards *.'

  test.each([
    [
      { image_tag_mutability: 'immutable' },
      "Input 'image_tag_mutability' must be one of MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION; it is 'immutable'.",
    ],
    [
      { image_tag_mutability: 'MUTABLE_WITH_EXCLUSION' },
      "Input 'image_tag_mutability' is MUTABLE_WITH_EXCLUSION without exclusions. Add 'immutable_except' with the tags that behave the other way, for example 'immutable_except: latest'.",
    ],
    [
      { image_tag_mutability: 'MUTABLE', immutable_except: 'latest' },
      "Input 'immutable_except' makes no sense with 'image_tag_mutability: MUTABLE', where every tag may move. Remove one of them.",
    ],
    [{ immutable_except: 'a b' }, `Input 'immutable_except' has "a b"; ${RULE}`],
    [{ immutable_except: '*a*b*' }, `Input 'immutable_except' has "*a*b*"; ${RULE}`],
    [{ immutable_except: 'a'.repeat(129) }, `Input 'immutable_except' has "${'a'.repeat(129)}"; ${RULE}`],
    [{ immutable_except: 'a,b,c,d,e,f' }, "Input 'immutable_except' has 6 tags; ECR takes at most 5. Use wildcards."],
  ])('%j is refused', (given, line) => {
    expect(() => inputs(given)).toThrow(line)
  })
})

describe('encryption and kms_key', () => {
  const ID = '12345678-90ab-cdef-1234-567890abcdef'
  const ARN = 'arn:aws:kms:eu-central-1:123456789012'

  test.each<[Record<string, string>, object]>([
    [{ encryption: 'AES256' }, { type: 'AES256', kmsKey: undefined }],
    [{ encryption: 'KMS_DSSE' }, { type: 'KMS_DSSE', kmsKey: undefined }],
    ...[ID, `mrk-${'0a'.repeat(16)}`, 'alias/team/key', `${ARN}:key/${ID}`, `${ARN}:alias/team`].map(
      (kmsKey) => [{ kms_key: kmsKey }, { type: 'KMS', kmsKey }] as [Record<string, string>, object],
    ),
    [
      { encryption: 'KMS_DSSE', kms_key: ID },
      { type: 'KMS_DSSE', kmsKey: ID },
    ],
  ])('%j', (given, encryption) => {
    expect(inputs(given).declared.encryption).toEqual(encryption)
  })

  const RULE = "Input 'kms_key' must be the ID, ARN or alias (alias/…) of a KMS key; it is"

  test.each([
    [{ encryption: 'aes' }, "Input 'encryption' must be one of AES256, KMS, KMS_DSSE; it is 'aes'."],
    [{ kms_key: 'team' }, `${RULE} "team".`],
    [{ kms_key: `${ARN}:key/x` }, `${RULE} "${ARN}:key/x".`],
    [{ kms_key: 'alias/' }, `${RULE} "alias/".`],
    [
      { encryption: 'AES256', kms_key: ID },
      "Input 'kms_key' makes no sense with 'encryption: AES256'. Use KMS or KMS_DSSE, or remove the key.",
    ],
  ])('%j is refused', (given, line) => {
    expect(() => inputs(given)).toThrow(line)
  })
})

describe('resource_tags', () => {
  test.each([
    ['team=web', { team: 'web' }],
    ['team = web , empty=\nurl=https://x.example/?', undefined],
    ['team = web , empty=\nurl=https://x.example/=a+b@c', { team: 'web', empty: '', url: 'https://x.example/=a+b@c' }],
    ['"a b=c, d"', undefined],
    ['Größe=5 m', { Größe: '5 m' }],
  ])('%j', (given, tags) => {
    if (tags === undefined) expect(() => inputs({ resource_tags: given })).toThrow('has other characters than')
    else expect(inputs({ resource_tags: given }).declared.resourceTags).toEqual(tags)
  })

  test.each([
    ['team', "Input 'resource_tags' takes key=value; \"team\" has no '='."],
    ['=web', 'Input \'resource_tags\' takes key=value; "=web" has no key.'],
    ['AWS:x=y', "Input 'resource_tags' takes key=value; \"AWS:x=y\" starts with 'aws:', which AWS keeps for itself."],
    ['a=1,a=2', 'Input \'resource_tags\' takes key=value; "a=2" is there twice.'],
    [`${'a'.repeat(129)}=`, 'is too long: a key has at most 128 characters, a value 256.'],
    [`a=${'a'.repeat(257)}`, 'is too long: a key has at most 128 characters, a value 256.'],
    ['a=1;2', 'has other characters than letters, digits, spaces and _ . : / = + - @.'],
    [
      Array.from({ length: 51 }, (_, index) => `k${index}=v`).join(),
      "Input 'resource_tags' has 51 tags; AWS takes at most 50.",
    ],
  ])('%j is refused', (given, line) => {
    expect(() => inputs({ resource_tags: given })).toThrow(line)
  })
})

test.each([
  [{ create: 'maybe' }, "Input 'create' must be true or false; it is 'maybe'."],
  [{ mode: 'template' }, "Input 'mode' must be one of ensure, reconcile, check; it is 'template'."],
  [{ scan_on_push: 'on' }, "Input 'scan_on_push' must be true or false; it is 'on'."],
  [{ force_policy: 'x' }, "Input 'force_policy' must be true or false; it is 'x'."],
  [{ dry_run: 'x' }, "Input 'dry_run' must be true or false; it is 'x'."],
  [{ repo: '' }, "Input 'repo' is required. Add it under 'with:'."],
])('%j is refused', (given, line) => {
  expect(() => inputs(given)).toThrow(line)
})

test.each(['true', 'false'])('scan_on_push can be declared as %s', (given) => {
  expect(inputs({ scan_on_push: given }).declared.scanOnPush).toBe(given === 'true')
})

test('all mistakes are told together', () => {
  expect(() => inputs({ repo: 'Team', mode: 'x', resource_tags: 'y' })).toThrow(
    /Input 'repo' .* Input 'mode' .* Input 'resource_tags' /,
  )
})
