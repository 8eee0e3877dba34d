import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { readRepositories, readRepository, repositoryNameProblem } from '../../src/ecr/repository-name.ts'
import { inputsOf } from '../../src/testing.ts'
import { anyText } from '../support/any-text.ts'

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
    expect(repositoryNameProblem(given)).toBe(`${JSON.stringify(given)} ${problem}.`)
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
    expect(repositoryNameProblem(`${'a-'.repeat(50_000)}!`)).toMatch(/ has "!"\.$/)
    expect(repositoryNameProblem(`${'-'.repeat(50_000)}`)).toContain(MISPLACED)
  })
})

describe('readRepository', () => {
  const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
  const read = (repo: string, allowHost = false) => {
    const input = inputsOf({ repo }, { AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:5000/', AWS_ENDPOINT_URL: 'none' })
    return { read: readRepository(input, { input: 'repo', allowHost }).name, check: input.check }
  }

  test.each([
    ['team/app', 'team/app'],
    [`${HOST}/team/app`, 'team/app'],
    ['127.0.0.1:5000/team/app', 'team/app'],
    ['app.web', 'app.web'],
    ['team/docker.io', 'team/docker.io'],
  ])('%s is the repository %s', (given, expected) => {
    const input = read(given)
    expect(input.read).toBe(expected)
    input.check()
  })

  const ANOTHER = (host: string) =>
    `names the registry ${host}, but this action supports only private ECR repositories. Remove the host; if the repository itself has that name, set 'allow_host_prefix: true'.`
  const ECR = 'dkr.ecr.eu-central-1.amazonaws.com'

  test.each([
    ['public.ecr.aws/alias/app', ANOTHER('public.ecr.aws')],
    ['ghcr.io/acme/app', ANOTHER('ghcr.io')],
    ['docker.io/library/alpine', ANOTHER('docker.io')],
    ['localhost/app', ANOTHER('localhost')],
    ['my.org/app', ANOTHER('my.org')],
    ['registry:5000/app', ANOTHER('registry:5000')],
    ['public.ecr.aws', ANOTHER('public.ecr.aws')],
    ['ghcr.io', ANOTHER('ghcr.io')],
    ['europe-docker.pkg.dev', ANOTHER('europe-docker.pkg.dev')],
    ['localhost', ANOTHER('localhost')],
  ])('%j is another registry, unless a name may begin like one', (given, problem) => {
    expect(read(given).check).toThrow(new Failure(`Input 'repo' is "${given}", which ${problem}`))
    const allowed = read(given, true)
    expect(allowed.read).toBe(given)
    if (given.includes(':')) expect(allowed.check).toThrow(/is not a valid ECR repository name/)
    else allowed.check()
  })

  test.each([
    [HOST, 'is the host of a registry; add the name of the repository.'],
    [HOST.replace('ecr', 'ecr-fips'), 'is the host of a registry; add the name of the repository.'],
    [`${ECR}/app`, `names the ECR host ${ECR} without an account ID in front of it.`],
    [ECR, `names the ECR host ${ECR} without an account ID in front of it.`],
    [
      `12345678901.${ECR}/app`,
      `names an account ID of 11 digits in 12345678901.${ECR}; AWS account IDs have 12, leading zeros included.`,
    ],
    [`my-account.${ECR}/app`, `names my-account.${ECR}, which is not the host of an ECR registry.`],
    [`${HOST}.example/app`, `names ${HOST}.example, which is not the host of an ECR registry.`],
    [`${HOST}:443/app`, `names ${HOST}:443, which is not the host of an ECR registry.`],
    [`https://${HOST}/app`, 'is a URL; give the name of the repository.'],
  ])('%j is no name, whatever a name may begin like', (given, problem) => {
    for (const allow of [false, true]) {
      expect(read(given, allow).check).toThrow(new Failure(`Input 'repo' is "${given}", which ${problem}`))
    }
  })

  const ADVICE =
    'Use lowercase letters and digits, with . _ - / between them; if the name contains a branch, use an output of branch-name: ecr_path or ecr_segment.'

  test.each([
    ['team/Feature#1', `Input 'repo' is not a valid ECR repository name: "team/Feature#1" has "F", "#". ${ADVICE}`],
    [`${HOST}/App`, `Input 'repo' is not a valid ECR repository name: "App" has "A". ${ADVICE}`],
    [`${HOST}/`, `Input 'repo' is not a valid ECR repository name: "" is empty. ${ADVICE}`],
    ['a\nb', `Input 'repo' is not a valid ECR repository name: "a\\nb" has "\\n". ${ADVICE}`],
    ['', "Input 'repo' is required. Add it under 'with:'."],
  ])('%j is refused with what is wrong and what to use', (given, line) => {
    expect(read(given).check).toThrow(new Failure(line))
  })
})

describe('readRepositories', () => {
  const read = (repo: string) => {
    const input = inputsOf({ repo })
    return { read: readRepositories(input, { input: 'repo', allowHost: false }), check: input.check }
  }

  test('takes several, and the registry in front of them', () => {
    const input = read('team/app, 123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/web\nteam/app')
    expect(input.read).toEqual([
      { name: 'team/app', registry: undefined },
      {
        name: 'team/web',
        registry: {
          account: '123456789012',
          region: 'eu-central-1',
          host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
        },
      },
      { name: 'team/app', registry: undefined },
    ])
    input.check()
  })

  test.each([
    ['', /^Input 'repo' is required\. Add it under 'with:'\.$/],
    [',\n,', /^Input 'repo' names no repository; it is ",\\n,"\.$/],
    ['team/app, Web', /^Input 'repo' is not a valid ECR repository name: "Web" has "W"\./],
    ['a/b, X\nY', /"X" has "X".*"Y" has "Y"/],
    ['"a', /^Input 'repo' has a quote that is not closed/],
  ])('%j is refused', (given, line) => {
    expect(read(given).check).toThrow(line)
  })
})
