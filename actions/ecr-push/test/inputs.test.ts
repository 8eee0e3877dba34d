import { Failure } from '@container-actions/core'
import { inputsOf } from '@container-actions/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readInputs } from '../src/inputs.ts'
import { BUILD_OPTIONS } from './support/build-options.ts'

const GIVEN = {
  repo: 'team/app',
  allow_host_prefix: 'false',
  create_repo: 'false',
  tags: 'latest,b8a0d1f',
  dockerfile: 'Dockerfile',
  path: '.',
  set_repo_policy: 'false',
  repo_policy_file: 'repo-policy.json',
  image_scanning_configuration: 'false',
  latest: 'auto',
  immutable_conflict: 'fail',
  skip_if_exists: 'never',
  push_retries: '5',
  auto_labels: 'true',
  pull: 'false',
  no_cache: 'false',
  dry_run: 'false',
  push: 'true',
  load: 'false',
  compat: 'none',
  cache: 'none',
  region: 'eu-central-1',
}

const read = (inputs: Record<string, string> = {}) => {
  const input = inputsOf({ ...GIVEN, ...inputs })
  const read = readInputs(input)
  input.check()
  return read
}

test('the inputs of a step', () => {
  const keys = { access_key_id: 'AKIA', secret_access_key: 's3cret', session_token: 't0ken' }
  expect(read({ create_repo: 'true', account_id: '123456789012', path: './app', ...keys })).toEqual({
    aws: {
      region: 'eu-central-1',
      accountId: '123456789012',
      keys: { accessKeyId: 'AKIA', secretAccessKey: 's3cret', sessionToken: 't0ken' },
    },
    repo: 'team/app',
    registryId: '123456789012',
    createRepo: true,
    tags: ['b8a0d1f', 'latest'],
    dockerfile: 'Dockerfile',
    path: './app',
    settings: { policyFile: undefined, scanOnPush: false },
    registryIds: [],
    extraBuildArgs: [],
    cacheFrom: [],
    prebuildScript: undefined,
    dryRun: false,
    latest: 'auto',
    immutableConflict: 'fail',
    skipIfExists: 'never',
    waitForDocker: 0,
    push: true,
    load: false,
    pushRetries: 5,
    build: BUILD_OPTIONS,
  })
})

test('the inputs that few steps have', () => {
  expect(
    read({
      set_repo_policy: 'True',
      image_scanning_configuration: 'True',
      registry_ids: '11122223333, 444455556666,444455556666',
      extra_build_args: `--build-arg "greeting=hello world" --label='a=$(id)'`,
      prebuild_script: './ci/prepare.sh --fast "a b"',
    }),
  ).toMatchObject({
    settings: { policyFile: 'repo-policy.json', scanOnPush: true },
    registryIds: ['011122223333', '444455556666'],
    extraBuildArgs: [
      { name: 'build-arg', value: 'greeting=hello world' },
      { name: 'label', value: 'a=$(id)' },
    ],
    prebuildScript: ['./ci/prepare.sh', '--fast', 'a b'],
  })
})

test.each([
  [{ registry_ids: 'x' }, `Input 'registry_ids' has "x", which is not the 12 digits of an AWS account.`],
  [{ extra_build_args: '--a "b' }, `Input 'extra_build_args' has an unclosed quote or a trailing backslash: "\\"b".`],
  [
    { extra_build_args: '--pull -- .' },
    "Input 'extra_build_args' has '--', which ends the options. The build context is the input 'path'.",
  ],
  [{ prebuild_script: "./x 'y" }, `Input 'prebuild_script' has an unclosed quote or a trailing backslash: "'y".`],
  [
    { prebuild_script: `'a"b'` },
    `Input 'prebuild_script' names the file "a\\"b"; a quote or a backslash cannot be in it.`,
  ],
])('%j is a mistake', (given, line) => {
  expect(() => read(given)).toThrow(new Failure(line))
})

test('all mistakes of a step are told together', () => {
  const mistakes = { repo: '', create_repo: 'maybe', tags: '', dockerfile: '', path: '', region: '' }
  expect(() => read(mistakes)).toThrow(
    new Failure(
      [
        "Input 'repo' is required. Add it under 'with:'.",
        "Input 'region' is missing, and neither AWS_REGION nor AWS_DEFAULT_REGION is set, nor has profile 'default' of the AWS files one. Add for example 'region: eu-central-1' under 'with:'.",
        "Input 'create_repo' must be true or false; it is 'maybe'.",
        "Input 'tags' needs at least one tag.",
        "Input 'dockerfile' is required. Add it under 'with:'.",
        "Input 'path' is required. Add it under 'with:'.",
      ].join(' '),
    ),
  )
})

describe('tags', () => {
  test.each([
    ['auto', '1.2', ['1.2']],
    ['true', '1.2', ['1.2', 'latest']],
    ['true', 'latest,1.2', ['1.2', 'latest']],
    ['false', 'latest,1.2', ['1.2']],
  ])('with latest: %s, %j are %j', (latest, tags, order) => {
    expect(read({ latest, tags }).tags).toEqual(order)
  })

  test('that are nothing but latest cannot be skipped by, nor be left out', () => {
    expect(() => read({ skip_if_exists: 'tag', tags: 'latest' })).toThrow(
      /^Input 'skip_if_exists' is 'tag', but 'tags' contains only latest/,
    )
    expect(() => read({ latest: 'false', tags: 'latest' })).toThrow("Input 'tags' needs at least one tag.")
  })

  test.each([
    ['latest,1.2', ['1.2', 'latest']],
    ['1.2\nlatest\n1\n', ['1.2', '1', 'latest']],
    ['1.2, 1.2 ,1.2', ['1.2']],
    ['latest', ['latest']],
  ])('%j are pushed in the order %j', (tags, order) => {
    expect(read({ tags }).tags).toEqual(order)
  })

  test.each([
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1.2,registry:5000/team/app:latest', ['1.2', 'latest']],
    ['team/app:1.2', ['1.2']],
  ])('%j are references to the repository', (tags, expected) => {
    expect(read({ repo: 'team/app', tags }).tags).toEqual(expected)
  })

  test.each(['registry/other/app:1.2', 'registry/xteam/app:1.2', 'registry/team/app', 'team/app@sha256:00'])(
    '%j is no reference to the repository',
    (tags) => expect(() => read({ repo: 'team/app', tags })).toThrow(/^Input 'tags' has .*, which is not a tag/),
  )

  test('keep all that were given, with latest last', () => {
    const tag = fc.oneof(fc.constant('latest'), fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,5}$/))
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1 }), (given) => {
        const { tags } = read({ tags: given.join(',') })
        expect([...tags].sort()).toEqual([...new Set(given)].sort())
        if (given.includes('latest')) expect(tags.at(-1)).toBe('latest')
      }),
    )
  })

  const ADVICE = "A tag consists of letters, digits, _ . and -; for a branch, use branch-name's output docker_tag."

  test.each([
    ['feature/x', `Input 'tags' has "feature/x", which is not a tag: it has "/". ${ADVICE}`],
    ['1.2,-x', `Input 'tags' has "-x", which is not a tag: it starts with '.' or '-'. ${ADVICE}`],
    [
      'a b,$(id)',
      `Input 'tags' has "a b", which is not a tag: it has " ". ${ADVICE} Input 'tags' has "$(id)", which is not a tag: it has "$", "(", ")". ${ADVICE}`,
    ],
    ['"1', `Input 'tags' has a quote that is not closed, or text after it: '"1'. Input 'tags' needs at least one tag.`],
  ])('%j is a mistake', (tags, line) => {
    expect(() => read({ tags })).toThrow(new Failure(line))
  })
})

describe('push', () => {
  test.each([
    [{ dry_run: 'true' }, /^Input 'dry_run' shows what a push would do, but 'push' is false/],
    [{ retag_from: '1.2' }, /^Input 'retag_from' tags an image in the registry, but 'push' is false/],
  ])('cannot be false with %j', (given, line) => {
    expect(() => read({ push: 'false', ...given })).toThrow(line)
  })
})
