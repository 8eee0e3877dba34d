import { type BuilderInstance, Failure, type Toolset } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { chooseBuilder } from '../../src/builder/choose-builder.ts'
import type { Feature, Needs } from '../../src/inputs/build-features.ts'
import { TOOLSETS } from '../support/ports.ts'

const ENGINES: Readonly<Record<string, Toolset['engine']>> = {
  'engine 28, containerd': { kind: 'engine', version: '28.5.2+dfsg4', store: 'containerd', platform: 'linux/amd64' },
  'engine 28, classic': { kind: 'engine', version: '28.5.2+dfsg4', store: 'classic', platform: 'linux/amd64' },
  'engine 20.10': { kind: 'engine', version: '20.10.24+dfsg1', store: 'classic', platform: 'linux/amd64' },
  'no engine': { kind: 'none', problem: 'Cannot connect to the Docker daemon.' },
}

const builderOf = (driver: string, buildkit: string | undefined): BuilderInstance => ({
  name: 'one',
  driver,
  buildkit,
  platforms: [],
  running: true,
  problem: undefined,
})

const builder = (driver: string, buildkit: string | undefined): Partial<Toolset> => ({
  buildx: '0.29.1',
  selected: builderOf(driver, buildkit),
})

const CLIENTS: Readonly<Record<string, Partial<Toolset>>> = {
  'client 20.10': { client: '20.10.24+dfsg1', buildx: undefined, selected: undefined },
  'client 28 without buildx': { client: '28.5.2', buildx: undefined, selected: undefined },
  'buildx in the engine': builder('docker', undefined),
  'buildx 0.21 in the engine': { ...builder('docker', undefined), buildx: '0.21.3' },
  'docker-container, BuildKit 0.10': builder('docker-container', '0.10.6'),
  'docker-container, not running': builder('docker-container', undefined),
  'kubernetes, BuildKit 0.25': builder('kubernetes', '0.25.2'),
  'remote, BuildKit 0.25': builder('remote', '0.25.2'),
}

const NEEDS = {
  nothing: {},
  BuildKit: { buildkit: '0' },
  attestations: { buildx: true, buildkit: '0.11', index: true },
} satisfies Record<string, Needs>

/** The outcome in short: where the build puts the image, or what is in the way. */
function outcome(toolset: Toolset, needs: Needs, how: 'required' | 'optional' | 'named'): string {
  const feature: Feature = { asked: 'It', needs, optional: how === 'optional' }
  try {
    const asked = { builder: how === 'named' ? 'one' : undefined, push: true, load: false, features: [feature] }
    const { by, output, temporaryReasons, omitted } = chooseBuilder(asked, toolset)
    return [by, ...(temporaryReasons[0] ? ['own'] : []), output, ...(omitted[0] ? ['without'] : [])].join(' ')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.message.startsWith("Docker's engine does not answer")) return 'no: engine'
    return `no: ${/^It needs (?:the )?(.*?)[,.] /.exec(error.message)?.[1] ?? 'builder'}`
  }
}

/** For each engine and client: what becomes of a plain build, of BuildKit, and of attestations: asked for, optional, of a named builder. `own` is a builder that is made for the build. */
const TABLE = `
engine 28, containerd | client 20.10                    | buildkit engine | buildkit engine | no: buildx             | buildkit engine without | no: builder
engine 28, containerd | client 28 without buildx        | classic engine  | no: BuildKit    | no: buildx             | classic engine without  | no: builder
engine 28, containerd | buildx in the engine            | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 28, containerd | buildx 0.21 in the engine       | buildx engine   | buildx engine   | buildx engine          | buildx engine           | buildx engine
engine 28, containerd | docker-container, BuildKit 0.10 | buildx registry | buildx registry | buildx own registry    | buildx own registry     | no: BuildKit 0.11
engine 28, containerd | docker-container, not running   | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 28, containerd | kubernetes, BuildKit 0.25       | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 28, containerd | remote, BuildKit 0.25           | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 28, classic    | client 20.10                    | buildkit engine | buildkit engine | no: buildx             | buildkit engine without | no: builder
engine 28, classic    | client 28 without buildx        | classic engine  | no: BuildKit    | no: buildx             | classic engine without  | no: builder
engine 28, classic    | buildx in the engine            | buildx engine   | buildx engine   | buildx own registry    | buildx own registry     | no: containerd image store
engine 28, classic    | buildx 0.21 in the engine       | buildx engine   | buildx engine   | buildx own registry    | buildx own registry     | no: containerd image store
engine 28, classic    | docker-container, BuildKit 0.10 | buildx registry | buildx registry | buildx own registry    | buildx own registry     | no: BuildKit 0.11
engine 28, classic    | docker-container, not running   | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 28, classic    | kubernetes, BuildKit 0.25       | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 28, classic    | remote, BuildKit 0.25           | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 20.10          | client 20.10                    | buildkit engine | buildkit engine | no: buildx             | buildkit engine without | no: builder
engine 20.10          | client 28 without buildx        | classic engine  | no: BuildKit    | no: buildx             | classic engine without  | no: builder
engine 20.10          | buildx in the engine            | buildx engine   | buildx engine   | buildx own registry    | buildx own registry     | no: BuildKit 0.11
engine 20.10          | buildx 0.21 in the engine       | buildx engine   | buildx engine   | buildx own registry    | buildx own registry     | no: BuildKit 0.11
engine 20.10          | docker-container, BuildKit 0.10 | buildx registry | buildx registry | buildx own registry    | buildx own registry     | no: BuildKit 0.11
engine 20.10          | docker-container, not running   | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 20.10          | kubernetes, BuildKit 0.25       | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
engine 20.10          | remote, BuildKit 0.25           | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
no engine             | client 20.10                    | no: engine      | no: engine      | no: engine             | no: engine              | no: builder
no engine             | client 28 without buildx        | no: engine      | no: engine      | no: engine             | no: engine              | no: builder
no engine             | buildx in the engine            | no: engine      | no: engine      | no: engine             | no: engine              | no: engine
no engine             | buildx 0.21 in the engine       | no: engine      | no: engine      | no: engine             | no: engine              | no: engine
no engine             | docker-container, BuildKit 0.10 | no: engine      | no: engine      | no: engine             | no: engine              | no: engine
no engine             | docker-container, not running   | no: engine      | no: engine      | no: engine             | no: engine              | no: engine
no engine             | kubernetes, BuildKit 0.25       | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
no engine             | remote, BuildKit 0.25           | buildx registry | buildx registry | buildx registry        | buildx registry         | buildx registry
`

test.each(TABLE.trim().split('\n'))('%s', (row) => {
  const [engine = '', client = ''] = row.split('|').map((cell) => cell.trim())
  const toolset = { ...TOOLSETS.buildx, ...CLIENTS[client], engine: ENGINES[engine] ?? { kind: 'none', problem: '' } }
  const cells = [
    outcome(toolset, NEEDS.nothing, 'required'),
    outcome(toolset, NEEDS.BuildKit, 'required'),
    outcome(toolset, NEEDS.attestations, 'required'),
    outcome(toolset, NEEDS.attestations, 'optional'),
    outcome(toolset, NEEDS.attestations, 'named'),
  ]
  expect(cells.join(' | ')).toBe(
    row
      .split('|')
      .slice(2)
      .map((cell) => cell.trim())
      .join(' | '),
  )
})

test('the table has every engine with every client', () => {
  expect(TABLE.trim().split('\n')).toHaveLength(Object.keys(ENGINES).length * Object.keys(CLIENTS).length)
})

describe('the line of a refusal', () => {
  const line = (changes: Partial<Toolset>, needs: Needs, builder?: string) => {
    const asked = { builder, push: true, load: false, features: [{ asked: "Input 'sbom'", needs }] }
    return () => chooseBuilder(asked, { ...TOOLSETS.buildx, ...changes })
  }
  const CLASSIC_ENGINE = {
    engine: { kind: 'engine', version: '28.5.2', store: 'classic', platform: 'linux/amd64' },
  } as const

  test.each<[string, () => unknown, string]>([
    [
      'no buildx',
      line(TOOLSETS.classic, { buildx: true }),
      "Input 'sbom' needs buildx, which this runner does not have. Install the plugin docker-buildx on the runner.",
    ],
    [
      'no BuildKit',
      line(TOOLSETS.classic, { buildkit: '0' }),
      "Input 'sbom' needs BuildKit, which the classic builder is not. Install the plugin docker-buildx on the runner.",
    ],
    [
      'an old engine',
      line(TOOLSETS.buildkit, { buildkit: '0.11' }),
      "Input 'sbom' needs BuildKit 0.11, and Docker's engine 20.10.24+dfsg1 has 0.8. Install the plugin docker-buildx on the runner.",
    ],
    [
      'an old builder',
      line(builder('remote', '0.10.6'), { buildkit: '0.11' }, 'one'),
      "Input 'sbom' needs BuildKit 0.11, and the builder 'one' has 0.10.6. Set 'builder' to a builder with the driver docker-container, kubernetes or remote.",
    ],
    [
      'the classic store',
      line({ ...CLASSIC_ENGINE, ...builder('docker', undefined) }, { index: true }, 'one'),
      "Input 'sbom' needs the containerd image store, or a builder outside the engine, but Docker's engine 28.5.2 has the classic store. Set 'builder' to a builder with the driver docker-container, kubernetes or remote.",
    ],
    [
      'a builder without buildx',
      line(TOOLSETS.classic, {}, 'one'),
      `Input 'builder' is "one", but this runner has no buildx, which is required for builders. Install the plugin docker-buildx.`,
    ],
    [
      'a builder that is not there',
      line({ selected: { ...builderOf('', undefined), problem: 'no builder "one" found' } }, {}, 'one'),
      `Input 'builder' is "one", which buildx cannot use: no builder "one" found. Create it before this step with 'docker buildx create', or remove the name.`,
    ],
    [
      'a remote builder that is down',
      line({ selected: { ...builderOf('remote', undefined), running: false } }, {}, 'one'),
      `Input 'builder' is "one", but its BuildKit does not respond. Check its endpoint with 'docker buildx inspect one'.`,
    ],
  ])('%s', (_, negotiation, text) => {
    expect(negotiation).toThrow(new Failure(text))
  })
})

describe('what is left out and what is in use', () => {
  test('is said', () => {
    const feature = { asked: 'The SBOM', needs: { buildx: true }, optional: true }
    const asked = { builder: undefined, push: true, load: false, features: [feature] }
    expect(chooseBuilder(asked, TOOLSETS.classic)).toMatchObject({
      omitted: [feature],
      notices: [
        expect.stringMatching(/^Docker's client 28\.5\.2 has no buildx plugin/),
        'Left out: The SBOM needs buildx, which this runner does not have. Install the plugin docker-buildx on the runner.',
      ],
    })
  })

  test.each([
    [true, false, 'registry'],
    [true, true, 'registry'],
    [false, true, 'engine'],
    [false, false, 'none'],
  ])('a builder outside of the engine, with push %s and load %s, builds into %s', (push, load, output) => {
    const toolset = { ...TOOLSETS.buildx, ...builder('remote', '0.25.2') }
    expect(chooseBuilder({ builder: 'one', push, load, features: [] }, toolset)).toMatchObject({
      builder: 'one',
      output,
    })
  })
})

describe('an index that is only to be loaded', () => {
  const load = { push: false, load: true, builder: undefined }
  const features: Feature[] = [{ asked: "Input 'platforms'", needs: { buildx: true, index: true, indexImage: true } }]
  const [containerd, classic] = ['engine 28, containerd', 'engine 28, classic'].map((name) => ENGINES[name])

  test.each(['buildx in the engine', 'remote, BuildKit 0.25'])('is refused for the classic store with %s', (client) => {
    const toolset = { ...TOOLSETS.buildx, ...CLIENTS[client], ...(classic && { engine: classic }) }
    expect(() => chooseBuilder({ ...load, features }, toolset)).toThrow(
      /^Input 'platforms' makes an image that 'load: true' cannot load: Docker's engine 28\.5\.2\S* has the classic image store\. Remove 'load', or .*containerd-snapshotter/,
    )
    // What the line advises.
    expect(chooseBuilder({ ...load, load: false, features }, toolset)).toMatchObject({ output: 'none' })
    const other = { ...toolset, ...(containerd && { engine: containerd }) }
    expect(chooseBuilder({ ...load, features }, other)).toMatchObject({ output: 'engine', temporaryReasons: [] })
    // The engine pulls its own platform's image from the registry.
    expect(chooseBuilder({ ...load, push: true, features }, toolset)).toMatchObject({ output: 'registry' })
  })
})
