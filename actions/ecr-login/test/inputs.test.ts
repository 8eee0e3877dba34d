import { inputsOf } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { type Inputs, readInputs } from '../src/inputs.ts'
import { OWN } from '../src/registry.ts'

const DEFAULTS = { allow_host_prefix: 'false', docker_config: 'isolated', logout: 'true', output_credentials: 'false' }
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const DIGEST = `sha256:${'ab'.repeat(32)}`

function read(inputs: Record<string, string>, env: Record<string, string> = { AWS_REGION: 'eu-central-1' }): Inputs {
  const input = inputsOf({ ...DEFAULTS, ...inputs }, env)
  const read = readInputs(input)
  input.check()
  return read
}

describe('registries', () => {
  test('without the input, the own one', () => {
    expect(read({}).registries).toEqual([OWN])
  })

  test('by comma and line, trimmed, each once', () => {
    expect(read({ registries: ` 42 ,000000000042\n  public,public.ecr.aws\n\n${HOST}` }).registries).toEqual([
      { ...OWN, account: '000000000042' },
      { kind: 'public' },
      { kind: 'private', account: '123456789012', region: 'eu-west-1', host: HOST },
    ])
  })

  test('all wrong ones are told', () => {
    expect(() => read({ registries: '42, ghcr.io, 12345678901234' })).toThrow(
      `Input 'registries' has "ghcr.io", which is not a registry. Use account IDs like 123456789012, hosts like 123456789012.dkr.ecr.eu-central-1.amazonaws.com, or 'public'. Input 'registries' has "12345678901234", which is not a registry.`,
    )
  })
})

describe('the region', () => {
  test.each([
    [HOST, 'eu-west-1'],
    ['public', 'us-east-1'],
    [`${HOST}, public`, 'eu-west-1'],
    [`public, ${HOST}`, 'us-east-1'],
  ])('of %s alone is %s', (registries, region) => {
    expect(read({ registries }, {}).aws.region).toBe(region)
  })

  test("of the host in front of the repository's name, where nothing else says it, is that host's", () => {
    const given = { repo: `${HOST}/team/app`, tag: '1' }
    expect(read(given, {}).aws.region).toBe('eu-west-1')
    expect(read({ ...given, registries: '123456789012' }, {}).aws.region).toBe('eu-west-1')
  })

  test('comes from the step where it has one', () => {
    expect(read({ registries: HOST }).aws.region).toBe('eu-central-1')
  })

  test.each(['', '42', `${HOST}, 42`])('is missing for %j', (registries) => {
    expect(() => read({ registries }, {})).toThrow(/^Input 'region' is missing/)
  })
})

describe('the image', () => {
  test.each(['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', '123456789012.dkr-ecr.us-east-1.on.aws'])(
    'is by the host %s where that was given',
    (host) => {
      const { registries } = read({ repo: `${host}/app`, tag: '1', region: 'us-east-1' })
      expect(registries).toEqual([{ ...OWN, account: '123456789012', host }])
    },
  )

  test.each([
    [{}, undefined],
    [{ repo: 'team/app', tag: '1.2' }, 'team/app:1.2'],
    [{ repo: `${HOST}/team/app`, tag: '1.2', region: 'eu-west-1' }, 'team/app:1.2'],
    [{ repo: `${HOST}/team/app`, tag: '1.2', registries: `${HOST}, 42` }, 'team/app:1.2'],
    [{ repo: `${HOST}/team/app`, tag: '1.2', registries: 'public, 42' }, 'team/app:1.2'],
    [{ repo: 'team/app', digest: DIGEST }, `team/app@${DIGEST}`],
  ])('of %j is %s', (inputs, image) => {
    expect(read(inputs as Record<string, string>).image).toBe(image)
  })

  test("is in the registry in front of the repository's name, where nothing else says which", () => {
    const given = { repo: `${HOST}/team/app`, tag: '1', region: 'eu-west-1' }
    expect(read(given).registries).toEqual([{ ...OWN, account: '123456789012' }])
    expect(read({ ...given, registries: '123456789012, 42' }).registries).toHaveLength(2)
  })

  test.each([
    [{ region: 'eu-central-1' }, 'registry 123456789012 in region eu-central-1'],
    [{ region: 'eu-west-1', registries: '42' }, 'registry 000000000042 in region eu-west-1'],
    [{ region: 'eu-west-1', account_id: '42' }, 'registry 000000000042 in region eu-west-1'],
  ])('is not in another registry than the first one: %j', (given, registry) => {
    expect(() => read({ repo: `${HOST}/team/app`, tag: '1', ...(given as Record<string, string>) })).toThrow(
      `Input 'repo' has "team/app" in registry 123456789012 of region eu-west-1, but the step uses ${registry}. Remove the host, or correct 'registries' and 'region'.`,
    )
  })

  test.each([
    [{ tag: '1' }, "Input 'tag' requires the name of the repository in 'repo'."],
    [{ digest: DIGEST }, "Input 'digest' requires the name of the repository in 'repo'."],
    [{ repo: 'app' }, "Input 'repo' needs 'tag' or 'digest' beside it."],
    [{ repo: 'app', tag: '1', digest: DIGEST }, "Inputs 'tag' and 'digest' cannot both be set. Remove one of them."],
    [{ repo: 'app', tag: 'a/b' }, `Input 'tag' is "a/b", which is not a tag: it has "/".`],
    [
      { repo: 'app', digest: 'sha256:1' },
      `Input 'digest' must be sha256: and 64 hexadecimal digits; it is "sha256:1".`,
    ],
    [{ repo: 'App', tag: '1' }, /^Input 'repo' is not a valid ECR repository name: "App" has "A"/],
  ])('%j is told', (inputs, line) => {
    expect(() => read(inputs as Record<string, string>)).toThrow(line)
  })
})

test('the rest is what the inputs say', () => {
  expect(read({ docker_config: 'shared', logout: 'no', output_credentials: 'yes' })).toMatchObject({
    dockerConfig: 'shared',
    logout: false,
    outputCredentials: true,
  })
  expect(() => read({ docker_config: 'user' })).toThrow(
    "Input 'docker_config' must be one of isolated, shared; it is 'user'.",
  )
})
