import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../src/failure.ts'
import { parseRegistryHost, readRepositories, readRepository, repositoryNameProblem } from '../src/repository-name.ts'
import { inputsOf } from '../src/testing.ts'
import { anyText } from './support/any-text.ts'

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'

const name = (() => {
  const part = fc.string({ unit: fc.constantFrom(...ALPHANUMERIC), minLength: 1, maxLength: 6 })
  const separator = fc.constantFrom('.', '_', '__', '-', '--', '---', '/')
  return fc
    .tuple(part, fc.array(fc.tuple(separator, part), { maxLength: 12 }))
    .map(([first, rest]) => first + rest.flat().join(''))
    .filter((given) => given.length >= 2)
})()

const MISPLACED = "has a '.', '_', '-' or '/' at an end, or two of them where one may stand"

describe('repositoryNameProblem', () => {
  test.each(['ab', 'team/app', 'a.b_c__d-e---f/0', 'a'.repeat(256)])('takes %j', (given) => {
    expect(repositoryNameProblem(given)).toBeUndefined()
  })

  test('takes every name of the grammar', () => {
    fc.assert(fc.property(name, (given) => repositoryNameProblem(given) === undefined))
  })

  test.each([
    ['', 'is empty'],
    ['a', 'has 1 character; ECR takes 2 to 256'],
    ['a'.repeat(257), 'has 257 characters; ECR takes 2 to 256'],
    ['Team/App', 'has "T", "A"'],
    ['team/feature#1', 'has "#"'],
    ['team/$(id) x', 'has "$", "(", ")", " "'],
    ['team/app:1', 'has ":"'],
    ['team\n', 'has "\\n"'],
    ['größe', 'has "ö", "ß"'],
    ['app🚀', 'has "🚀"'],
    ['/app', MISPLACED],
    ['app/', MISPLACED],
    ['a//b', MISPLACED],
    ['a..b', MISPLACED],
    ['a___b', MISPLACED],
    ['a._b', MISPLACED],
    ['-a', MISPLACED],
    ['../a', MISPLACED],
  ])('of %j it says that it %s', (given, problem) => {
    expect(repositoryNameProblem(given)).toBe(problem)
  })

  test('names every character that no name may have', () => {
    fc.assert(
      fc.property(name, anyText({ minLength: 1, maxLength: 3 }), (valid, more) => {
        const problem = repositoryNameProblem(valid + more)
        const wrong = [...more].filter((character) => !`${ALPHANUMERIC}._/-`.includes(character))
        expect(wrong.filter((character) => !problem?.includes(JSON.stringify(character)))).toEqual([])
      }),
    )
  })

  test('answers at once for a name made to keep a regular expression busy', () => {
    expect(repositoryNameProblem(`${'a-'.repeat(50_000)}!`)).toBe('has "!"')
    expect(repositoryNameProblem(`${'-'.repeat(50_000)}`)).toBe(MISPLACED)
  })
})

describe('parseRegistryHost', () => {
  test.each([
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
    ['123456789012.dkr-ecr-fips.us-east-1.on.aws', 'us-east-1'],
    ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
    ['123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
  ])('reads %s', (host, region) => {
    expect(parseRegistryHost(host)).toEqual({ account: '123456789012', region })
  })

  test.each([
    '',
    'docker.io',
    'public.ecr.aws',
    '12345678901.dkr.ecr.eu-central-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example',
    'x123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com:443',
    '123456789012xdkr.ecr.eu-central-1.amazonaws.com',
    '123456789012.dkr.ecr.eu-central-1.amazonawsxcom',
  ])('does not take %j for one', (host) => {
    expect(parseRegistryHost(host)).toBeUndefined()
  })
})

describe('readRepository', () => {
  const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
  const read = (repo: string) => {
    const input = inputsOf({ repo })
    return { read: readRepository(input, 'repo').name, check: input.check }
  }

  test.each([
    ['team/app', 'team/app'],
    [`${HOST}/team/app`, 'team/app'],
    ['docker.io/team/app', 'docker.io/team/app'],
  ])('%s is the repository %s', (given, expected) => {
    const input = read(given)
    expect(input.read).toBe(expected)
    input.check()
  })

  const ADVICE =
    'ECR takes lower-case letters and digits, with . _ - / between them; where a branch is part of the name, use an output of branch-name that fits: ecr_path or ecr_segment.'

  test.each([
    ['team/Feature#1', `Input 'repo' is not a name that ECR takes: "team/Feature#1" has "F", "#". ${ADVICE}`],
    [`${HOST}/App`, `Input 'repo' is not a name that ECR takes: "App" has "A". ${ADVICE}`],
    [`${HOST}/`, `Input 'repo' is not a name that ECR takes: "" is empty. ${ADVICE}`],
    ['a\nb', `Input 'repo' is not a name that ECR takes: "a\\nb" has "\\n". ${ADVICE}`],
    ['', "Input 'repo' is required. Add it under 'with:'."],
  ])('%j is refused with what is wrong and what to use', (given, line) => {
    expect(read(given).check).toThrow(new Failure(line))
  })
})

describe('readRepositories', () => {
  const read = (repo: string) => {
    const input = inputsOf({ repo })
    return { read: readRepositories(input, 'repo'), check: input.check }
  }

  test('takes several, and the registry in front of them', () => {
    const input = read('team/app, 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/web\nteam/app')
    expect(input.read).toEqual([
      { name: 'team/app', registry: undefined },
      { name: 'team/web', registry: { account: '123456789012', region: 'eu-central-1' } },
      { name: 'team/app', registry: undefined },
    ])
    input.check()
  })

  test.each([
    ['', /^Input 'repo' is required\. Add it under 'with:'\.$/],
    [',\n,', /^Input 'repo' names no repository; it is ",\\n,"\.$/],
    ['team/app, Web', /^Input 'repo' is not a name that ECR takes: "Web" has "W"\./],
    ['a/b, X\nY', /"X" has "X".*"Y" has "Y"/],
    ['"a', /^Input 'repo' has a quote that is never closed/],
  ])('%j is refused', (given, line) => {
    expect(read(given).check).toThrow(line)
  })
})
