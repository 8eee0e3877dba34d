import type { Builder } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { chooseBuilder } from '../../src/builder/choose-builder.ts'
import { type Feature, featuresOf } from '../../src/inputs/build-features.ts'
import type { BuildOptions } from '../../src/inputs/build-options.ts'
import { BUILD_OPTIONS } from '../support/build-options.ts'
import { TOOLSETS } from '../support/ports.ts'

const OWN = 'linux/amd64'
const BUILDX = 'buildx, which this runner does not have'
const BUILDKIT = 'BuildKit, which the classic builder is not'

/** What is left out of `features`, or the refusal. */
function checkFeatures(features: readonly Feature[], builder: Builder): readonly string[] {
  const { notices } = chooseBuilder({ builder: undefined, push: true, load: false, features }, TOOLSETS[builder])
  return notices.filter((line) => line.startsWith('Left out'))
}

/** For each wish: the input that asks for it, and what BuildKit without buildx and the classic builder lack for it. */
const TABLE: readonly [Partial<BuildOptions>, string, string | undefined, string][] = [
  [{ secrets: [{ kind: 'value', id: 'a', value: 'b' }] }, 'secrets', undefined, BUILDKIT],
  [{ secrets: [{ kind: 'env', id: 'a', env: 'B' }] }, 'secret_envs', undefined, BUILDKIT],
  [{ secrets: [{ kind: 'file', id: 'a', file: 'b' }] }, 'secret_files', undefined, BUILDKIT],
  [{ ssh: ['default'] }, 'ssh', undefined, BUILDKIT],
  [{ contexts: ['a=b'] }, 'build_contexts', BUILDX, BUILDX],
  [{ annotations: ['a=b'] }, 'annotations', BUILDX, BUILDX],
  [{ platforms: ['linux/arm64'] }, 'platforms', undefined, BUILDKIT],
  [{ platforms: [OWN, 'linux/arm64'] }, 'platforms', BUILDX, BUILDX],
  [{ provenance: 'mode=max' }, 'provenance', BUILDX, BUILDX],
  [{ sbom: 'true' }, 'sbom', BUILDX, BUILDX],
  [{ cacheTo: ['type=inline'] }, 'cache_to', undefined, BUILDKIT],
  [{ cacheTo: ['type=gha'] }, 'cache_to', BUILDX, BUILDX],
]

describe.each(TABLE)('%j', (options, input, buildkit, classic) => {
  const features = featuresOf({ ...BUILD_OPTIONS, ...options }, OWN)
  test.each<[Builder, string | undefined]>([
    ['buildx', undefined],
    ['buildkit', buildkit],
    ['classic', classic],
  ])('with %s lacks: %s', (builder, lacks) => {
    const check = () => checkFeatures(features, builder)
    if (lacks === undefined) expect(check()).toEqual([])
    else expect(check).toThrow(`Input '${input}' needs ${lacks}. Install the plugin docker-buildx on the runner.`)
  })
})

test.each<[string, Partial<BuildOptions>, string]>([
  ['nothing', {}, OWN],
  ["the engine's own platform", { platforms: ['linux/amd64'] }, OWN],
  ["the engine's own platform in a longer form", { platforms: ['linux/arm64/v8'] }, 'linux/arm64'],
  ['no attestations', { provenance: 'false', sbom: 'false' }, OWN],
])('%s asks for nothing', (_, options, own) => {
  expect(featuresOf({ ...BUILD_OPTIONS, ...options }, own)).toEqual([])
})

test('the cache in the registry is left out where it cannot be had', () => {
  const features = featuresOf({ ...BUILD_OPTIONS, cache: 'registry' }, OWN)
  expect(checkFeatures(features, 'buildx')).toEqual([])
  for (const builder of ['buildkit', 'classic'] as const) {
    expect(checkFeatures(features, builder)).toEqual([
      `Left out: Input 'cache' needs ${BUILDX}. Install the plugin docker-buildx on the runner.`,
    ])
  }
})
