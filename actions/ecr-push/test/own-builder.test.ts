import { Failure, type Toolset } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { type BuildRequirements, chooseBuilder } from '../src/builder/choose-builder.ts'
import type { Feature } from '../src/inputs/build-features.ts'
import { TOOLSETS } from './support/ports.ts'

const REMOTE = { selected: { ...TOOLSETS.buildx.selected, driver: 'remote' } } as Partial<Toolset>

describe('a builder for one build alone', () => {
  const CLASSIC_STORE =
    "needs the containerd image store, or a builder outside the engine, but Docker's engine 28.5.2 has the classic store."
  const toolset: Toolset = {
    ...TOOLSETS.buildx,
    engine: { kind: 'engine', version: '28.5.2', store: 'classic', platform: 'linux/amd64' },
  }
  const asked = (changes: Partial<BuildRequirements> = {}): BuildRequirements => ({
    ...{ builder: undefined, push: true, load: false },
    features: ['sbom', 'provenance'].map((name) => ({ asked: `Input '${name}'`, needs: { index: true } })),
    ...changes,
  })

  test('is made for what the builder that is there cannot do, and for each of them says so', () => {
    expect(chooseBuilder(asked(), toolset)).toEqual({
      ...{ by: 'buildx', output: 'registry', builder: undefined, omitted: [], notices: [] },
      temporaryReasons: [`Input 'sbom' ${CLASSIC_STORE}`, `Input 'provenance' ${CLASSIC_STORE}`],
    })
  })

  test.each<[boolean, boolean, string]>([
    [true, true, 'registry'],
    [false, false, 'none'],
  ])('with push %s and load %s, builds into %s', (push, load, output) => {
    expect(chooseBuilder(asked({ push, load }), toolset)).toMatchObject({
      temporaryReasons: [expect.anything(), expect.anything()],
      output,
    })
  })

  test.each<[string, Partial<BuildRequirements>, Partial<Toolset>]>([
    ['nothing needs it', { features: [] }, {}],
    ['the builder that is there will do', {}, REMOTE],
  ])('is not made where %s', (_, changes, found) => {
    expect(chooseBuilder(asked(changes), { ...toolset, ...found }).temporaryReasons).toEqual([])
  })

  test.each<[string, Partial<BuildRequirements>, Partial<Toolset>]>([
    ['a builder is named', { builder: 'one' }, {}],
    ['the image is wanted in the engine alone', { push: false, load: true }, {}],
    ['there is no buildx', { features: [{ asked: 'It', needs: { buildx: true } }] }, TOOLSETS.classic],
    ['no engine answers', {}, { engine: { kind: 'none', problem: 'Cannot connect.' } }],
  ])('is not made where %s, which is refused', (_, changes, found) => {
    expect(() => chooseBuilder(asked(changes), { ...toolset, ...found })).toThrow(Failure)
  })

  const CURE =
    "A temporary builder cannot be created: permission denied. Let the engine pull and run moby/buildkit:buildx-stable-1, or select an existing builder with the input 'builder'."

  test('that cannot be made is a refusal with its reason', () => {
    expect(() => chooseBuilder(asked(), toolset, 'permission denied')).toThrow(
      new Failure(`Input 'sbom' ${CLASSIC_STORE} Input 'provenance' ${CLASSIC_STORE} ${CURE}`),
    )
  })

  test('that cannot be made is done without where that is possible', () => {
    const feature: Feature = { asked: "Input 'cache'", needs: { index: true }, optional: true }
    expect(chooseBuilder(asked({ features: [feature] }), toolset, 'permission denied')).toMatchObject({
      ...{ output: 'engine', temporaryReasons: [], omitted: [feature] },
      notices: [`Left out: Input 'cache' ${CLASSIC_STORE} ${CURE}`],
    })
  })
})
