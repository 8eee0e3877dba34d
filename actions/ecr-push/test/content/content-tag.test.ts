import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Builder } from '@container-actions/core'
import { inputsOf, memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { withContentTag } from '../../src/content/content-tag.ts'
import { readInputs } from '../../src/inputs.ts'
import { memoryPorts, TOOLSETS } from '../support/ports.ts'
import { workspace } from '../support/workspace.ts'

const DEFAULTS = {
  ...{ repo: 'app', region: 'eu-central-1', tags: '1', latest: 'auto', immutable_conflict: 'fail' },
  ...{ create_repo: 'false', set_repo_policy: 'false', repo_policy_file: 'p.json', push: 'true', load: 'false' },
  ...{ image_scanning_configuration: 'false', skip_if_exists: 'inputs', push_retries: '5', wait_for_docker: '0' },
  ...{
    allow_host_prefix: 'false',
    auto_labels: 'true',
    pull: 'false',
    no_cache: 'false',
    compat: 'none',
    cache: 'none',
    dry_run: 'false',
  },
}

type Given = Readonly<Record<string, string>>

async function tagOf(
  place: ReturnType<typeof workspace>,
  given: Given = {},
  env: Given = {},
  ports = memoryPorts({ builder: 'buildkit' }),
) {
  const reader = inputsOf({ ...DEFAULTS, path: place.path, dockerfile: place.dockerfile, ...given })
  const inputs = readInputs(reader)
  reader.check()
  const job = memoryJob({ DOCKER_CONFIG: place.home, ...env })
  return (await withContentTag(inputs, ports, job)).contentTag
}

const ENGINE = { kind: 'engine', version: '20.10.24', store: 'classic', platform: 'linux/amd64' } as const

const BUILDER = { buildkit: '0.25.2', running: true, problem: undefined }

const CHANGES: readonly (readonly [string, string])[] = [
  ['build_args', 'A=1'],
  ['labels', 'a=b'],
  ['auto_labels', 'false'],
  ['annotations', 'a=b'],
  ['platforms', 'linux/arm64'],
  ['target', 'release'],
  ['ssh', 'default'],
  ['secrets', 'id=value'],
  ['secret_envs', 'id=VARIABLE'],
  ['secret_files', 'id=file'],
  ['provenance', 'mode=max'],
  ['sbom', 'true'],
  ['compat', 'lambda'],
  ['extra_build_args', '--network=none'],
]

const KEEPS: readonly (readonly [string, string])[] = [
  ...([
    ['tags', '2,latest'],
    ['latest', 'true'],
    ['repo', 'other'],
    ['create_repo', 'true'],
  ] as const),
  ...([
    ['push_retries', '0'],
    ['wait_for_docker', '60s'],
    ['immutable_conflict', 'skip'],
  ] as const),
  ...([
    ['set_repo_policy', 'true'],
    ['repo_policy_file', 'x.json'],
    ['image_scanning_configuration', 'true'],
  ] as const),
  ...([
    ['registry_ids', '111122223333'],
    ['region', 'us-east-1'],
    ['account_id', '111122223333'],
  ] as const),
  ...([
    ['cache', 'registry'],
    ['cache_from', 'r/a:1'],
    ['cache_to', 'type=inline'],
    ['builder', 'other'],
  ] as const),
  ...([
    ['pull', 'true'],
    ['no_cache', 'true'],
    ['load', 'true'],
    ['dry_run', 'true'],
  ] as const),
  ...([
    ['assume_role', 'push'],
    ['role_session_name', 'me'],
    ['external_id', 'abc'],
  ] as const),
]

describe('the tag for the content', () => {
  test.each(CHANGES)('is another one with %s: %s', async (name, value) => {
    const place = workspace()
    expect(await tagOf(place, { [name]: value })).not.toBe(await tagOf(place))
  })

  test.each(KEEPS)('is the same with %s: %s', async (name, value) => {
    const place = workspace()
    expect(await tagOf(place, { [name]: value })).toBe(await tagOf(place))
  })

  test('is of the files, not of where they are', async () => {
    const [one, other] = [workspace(), workspace()]
    expect(await tagOf(one)).toMatch(/^in-[0-9a-f]{64}$/)
    expect(await tagOf(other)).toBe(await tagOf(one))
    writeFileSync(other.dockerfile, 'FROM scratch\nLABEL a=b\n')
    expect(await tagOf(other)).not.toBe(await tagOf(one))
  })

  test('knows the time that a reproducible build gives to its files, and the policy for its sources', async () => {
    const place = workspace()
    const policy = join(place.home, 'policy.json')
    const epoch = (SOURCE_DATE_EPOCH: string) => ({ SOURCE_DATE_EPOCH })
    const sources = { EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: policy }
    const reproducible = { auto_labels: 'false' }
    expect(await tagOf(place, reproducible, epoch('1'))).not.toBe(await tagOf(place, reproducible, epoch('2')))
    expect(await tagOf(place, {}, epoch('1'))).toBe(await tagOf(place, {}, epoch('2')))
    writeFileSync(policy, '{}')
    const empty = await tagOf(place, {}, sources)
    expect(empty).not.toBe(await tagOf(place))
    writeFileSync(policy, '{"rules":[]}')
    expect(await tagOf(place, {}, sources)).not.toBe(empty)
  })

  test('knows a secret by its id alone, and an argument without a value by that of the variable', async () => {
    const place = workspace()
    expect(await tagOf(place, { secrets: 'id=one' })).toBe(await tagOf(place, { secrets: 'id=two' }))
    for (const given of [
      { build_args: 'A' },
      { extra_build_args: '--build-arg A' },
      { extra_build_args: '--build-arg=A' },
      { extra_build_args: '-q --build-arg A' },
    ]) {
      expect(await tagOf(place, given, { A: '1' })).not.toBe(await tagOf(place, given, { A: '2' }))
      expect(await tagOf(place, given, { B: '1' })).toBe(await tagOf(place, given, { B: '2' }))
    }
  })

  test.each([
    [
      'path',
      'https://github.com/org/app.git',
      /'path' is "https:.*", whose content is not available here\. Check it out/,
    ],
    ['prebuild_script', './make.sh', /'prebuild_script' may change the content\. Run the script in a separate step/],
    ['build_contexts', 'a=./b', /'build_contexts' has further contexts, whose content is not compared\. Remove them/],
    ['extra_build_args', '--build-context=a=b', /'extra_build_args' has '--build-context', whose content/],
  ])('is refused with %s: %s', async (name, value, line) => {
    await expect(tagOf(workspace(), { [name]: value })).rejects.toThrow(line)
  })

  test('is of what the builder builds for, whatever machine the step is on', async () => {
    const place = workspace()
    const engine = (platform: string) => ({ ...TOOLSETS.buildkit, engine: { ...ENGINE, platform } })
    const on = (platform: string, given: Given = {}, env: Given = {}) =>
      tagOf(place, given, env, memoryPorts({ toolset: engine(platform) }))
    expect(await on('linux/arm64')).not.toBe(await on('linux/amd64'))
    for (const [given, env] of [
      [{ platforms: 'linux/arm64' }, {}],
      [{ extra_build_args: '--platform linux/arm64' }, {}],
      [{}, { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' }],
    ] as const) {
      expect(await on('linux/arm64', given, env)).toBe(await on('linux/amd64', given, env))
      expect(await on('linux/amd64', given, env)).not.toBe(await on('linux/amd64'))
    }
  })

  test('is of the first node of another builder, named or chosen', async () => {
    const place = workspace()
    const { buildx } = TOOLSETS
    const far = { ...buildx.selected, name: 'far', driver: 'remote', platforms: ['linux/riscv64', 'linux/amd64'] }
    const ports = () => memoryPorts({ toolset: { ...buildx, selected: { ...BUILDER, ...far } } })
    const named = await tagOf(place, { builder: 'far' }, {}, ports())
    expect(await tagOf(place, {}, { BUILDX_BUILDER: 'far' }, ports())).toBe(named)
    expect(await tagOf(place, {}, {}, ports())).not.toBe(named)
    mkdirSync(join(place.home, 'buildx'))
    const choose = (name: string) =>
      writeFileSync(join(place.home, 'buildx', 'current'), JSON.stringify({ Name: name }))
    choose('far')
    expect(await tagOf(place, {}, {}, ports())).toBe(named)
    choose('')
    expect(await tagOf(place, {}, {}, ports())).not.toBe(named)
  })

  test('is of the rules of the builder that builds: only BuildKit knows those beside the Dockerfile', async () => {
    const place = workspace()
    writeFileSync(`${place.dockerfile}.dockerignore`, 'notes')
    const tags = async (builder: Builder) => {
      const made = []
      for (const notes of ['one', 'two']) {
        writeFileSync(join(place.path, 'notes'), notes)
        made.push(await tagOf(place, {}, {}, memoryPorts({ builder })))
      }
      return new Set(made).size
    }
    expect([await tags('buildx'), await tags('buildkit'), await tags('classic')]).toEqual([1, 1, 2])
  })

  test('ends with the job', async () => {
    const place = workspace()
    for (let file = 0; file < 1_000; file++) writeFileSync(join(place.path, `${'a'.repeat(200)}${file}`), '')
    writeFileSync(join(place.path, '.dockerignore'), `${'*a'.repeat(100)}b\n`.repeat(20))
    const over = new AbortController()
    const job = memoryJob({ DOCKER_CONFIG: place.home }, { signal: over.signal })
    const inputs = readInputs(inputsOf({ ...DEFAULTS, path: place.path, dockerfile: place.dockerfile }))
    const tag = withContentTag(inputs, memoryPorts(), job)
    setImmediate(() => over.abort(new Error('cancelled')))
    await expect(tag).rejects.toThrow('cancelled')
  })
})
