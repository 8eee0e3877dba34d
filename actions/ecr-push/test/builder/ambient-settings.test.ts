import { type Environment, Failure, type Toolset } from '@container-actions/core'
import { expect, test } from 'vitest'
import { planBuilder } from '../../src/builder/plan-builder.ts'
import { parseOptions } from '../../src/inputs/given-options.ts'
import type { Inputs } from '../../src/inputs.ts'
import { BUILD_OPTIONS } from '../support/build-options.ts'
import { memoryPorts, TOOLSETS } from '../support/ports.ts'

const BROKEN = {
  ...TOOLSETS.buildx,
  selected: { ...TOOLSETS.buildx.selected, name: '', driver: '', problem: 'no builder "gone" found' },
} as Toolset

async function notices(env: Environment, toolset: Toolset = TOOLSETS.buildx, changes: Partial<Inputs> = {}) {
  const inputs = { builder: undefined, build: BUILD_OPTIONS, extraBuildArgs: [], push: true, load: false, ...changes }
  return (await planBuilder(inputs as unknown as Inputs, toolset, memoryPorts().docker, env)).choice.notices
}

test.each<[Environment, string[]]>([
  [{ DOCKER_CONTENT_TRUST: '0' }, []],
  [{ DOCKER_BUILDKIT: '1', DOCKER_DEFAULT_PLATFORM: '' }, []],
  [
    { DOCKER_CONTENT_TRUST: '1' },
    ['The variable DOCKER_CONTENT_TRUST is 1, but is ignored: Amazon ECR has no Notary server to sign with.'],
  ],
  [
    { DOCKER_BUILDKIT: '0' },
    ['The variable DOCKER_BUILDKIT is 0, but is ignored: the plugin docker-buildx is installed and builds.'],
  ],
  [
    { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' },
    ['The image is built for linux/arm64, because of the variable DOCKER_DEFAULT_PLATFORM.'],
  ],
  [{ BUILDX_NO_DEFAULT_ATTESTATIONS: 'TRUE', EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: '/dev/null' }, []],
])('%j is told as %j', async (env, lines) => {
  expect(await notices(env)).toEqual(lines)
})

test('a platform that an input or an option names wins over that of the variable', async () => {
  const env = { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' }
  const { options: extraBuildArgs } = parseOptions(['--platform=linux/amd64'])
  expect(await notices(env, TOOLSETS.buildx, { extraBuildArgs })).toEqual([])
  expect(await notices(env, TOOLSETS.buildx, { build: { ...BUILD_OPTIONS, platforms: ['linux/amd64'] } })).toEqual([])
})

test('an argument of a variable that is not set is told, whatever builds', async () => {
  const build = { ...BUILD_OPTIONS, args: ['SET', 'EMPTY', 'UNSET', 'GIVEN=', 'INPUT_TOKEN'] }
  const { options: extraBuildArgs } = parseOptions(['--build-arg', 'OTHER'])
  const told = await notices({ SET: '1', EMPTY: '', INPUT_TOKEN: 'x' }, TOOLSETS.buildx, { build, extraBuildArgs })
  expect(told).toEqual(
    ['UNSET', 'INPUT_TOKEN', 'OTHER'].map(
      (name) =>
        `The build does not get the argument "${name}": it has no value, and the variable is not set on the runner.`,
    ),
  )
})

test.each<[Environment, Toolset, string]>([
  [
    { SOURCE_DATE_EPOCH: 'now' },
    TOOLSETS.classic,
    'The variable SOURCE_DATE_EPOCH is "now", but must be a number of seconds since 1970, such as 1700000000. Fix or remove it.',
  ],
  [
    { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' },
    TOOLSETS.classic,
    'The variable DOCKER_DEFAULT_PLATFORM needs BuildKit, which the classic builder is not. Install the plugin docker-buildx on the runner.',
  ],
  [
    { BUILDX_NO_DEFAULT_ATTESTATIONS: 'yes' },
    TOOLSETS.buildx,
    'The variable BUILDX_NO_DEFAULT_ATTESTATIONS is "yes", but buildx accepts only true or false. Fix or remove it.',
  ],
  [
    { EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: '/no/policy.json' },
    TOOLSETS.buildx,
    'The variable EXPERIMENTAL_BUILDKIT_SOURCE_POLICY is "/no/policy.json", but there is no such file. Fix or remove it.',
  ],
  [
    { BUILDX_BUILDER: 'gone' },
    BROKEN,
    `The variable BUILDX_BUILDER is "gone", which buildx cannot use: no builder "gone" found. Create it before this step with 'docker buildx create', or remove the name.`,
  ],
  [
    {},
    BROKEN,
    `The builder that buildx selects on this runner cannot be used: no builder "gone" found. Choose another with 'docker buildx use', or with the input 'builder'.`,
  ],
])('%j is refused', async (env, toolset, line) => {
  await expect(notices(env, toolset)).rejects.toThrow(new Failure(line))
})

test('a builder of the variable is no matter where there is no buildx', async () => {
  expect(await notices({ BUILDX_BUILDER: 'gone' }, TOOLSETS.buildkit)).toEqual([])
})
