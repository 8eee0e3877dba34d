import { Failure, type Toolset } from '@container-actions/core'
import { inputsOf } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { fittingOptions, optionNotices } from '../src/builder/fitting-options.ts'
import { planBuilder } from '../src/builder/plan-builder.ts'
import { DOCKER_OPTIONS } from '../src/inputs/docker-options.ts'
import { readExtraOptions } from '../src/inputs/extra-options.ts'
import { type GivenOption, optionWords } from '../src/inputs/given-options.ts'
import { BUILD_OPTIONS } from './support/build-options.ts'
import { BUILDERS, type BuilderCase, OPTION_CASES } from './support/option-cases.ts'
import { memoryPorts, TOOLSETS } from './support/ports.ts'

const CLASSIC_STORE = { kind: 'engine', version: '28.5.2', store: 'classic', platform: 'linux/amd64' } as const

const FOUND: Readonly<Record<BuilderCase, Toolset>> = {
  containerd: TOOLSETS.buildx,
  store: { ...TOOLSETS.buildx, engine: CLASSIC_STORE },
  buildkit: TOOLSETS.buildkit,
  classic: { ...TOOLSETS.classic, engine: CLASSIC_STORE },
}

function read(words: string, build = BUILD_OPTIONS): readonly GivenOption[] {
  const input = inputsOf({ extra_build_args: words })
  const options = readExtraOptions(input, build)
  input.check()
  return options
}

/** A builder is named, so that none is made for the build. */
const asked = (extraBuildArgs: readonly GivenOption[]) =>
  ({ builder: 'default', build: BUILD_OPTIONS, extraBuildArgs, push: true, load: false }) as never

async function outcome(words: string, builder: BuilderCase): Promise<string> {
  const toolset = FOUND[builder]
  const { docker } = memoryPorts()
  try {
    const options = read(words)
    const inputs =
      builder === 'containerd' || builder === 'store'
        ? asked(options)
        : { ...(asked(options) as object), builder: undefined }
    const { choice } = await planBuilder(inputs as never, toolset, docker, {})
    const fitting = fittingOptions(options, choice.by)
    const isGiven = optionWords(fitting).includes(words)
    const [notice] = choice.notices.filter((line) => line.includes('extra_build_args'))
    if (/--(?:iidfile|metadata-file)=/.test(words)) return isGiven ? 'given' : 'file'
    if (notice === undefined) return isGiven ? 'given' : 'dropped'
    return isGiven && notice.includes('has no effect') ? 'ignored' : 'left out'
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const [, needs] = /^Option '--[a-z-]+' in 'extra_build_args' needs (.*)/.exec(error.message) ?? []
    return needs ?? (error.message.startsWith("Input 'extra_build_args' ") ? 'refused' : error.message)
  }
}

test('every option has a case', () => {
  const names = new Set(OPTION_CASES.map(({ name }) => name))
  expect([...names].sort()).toEqual(Object.keys(DOCKER_OPTIONS).sort())
})

describe.each(BUILDERS)('on %s', (builder) => {
  test.each(OPTION_CASES.map(({ words, outcomes }) => [words, outcomes[builder]]))(
    '%s is %s',
    async (words, wanted) => {
      expect(await outcome(words, builder)).toContain(wanted)
    },
  )
})

describe('a refusal', () => {
  test.each([
    ['--tag=x', "must not have '--tag'. Use the input 'tags'; 'load: true' keeps the image in the engine under them."],
    ['-f x', "must not have '--file'. Use the input 'dockerfile'."],
    [
      '--platform nowhere!',
      `has '--platform' with "nowhere!", which is not a platform like linux/amd64 or linux/arm/v7.`,
    ],
  ])('of %s says what to use', (words, line) => {
    expect(() => read(words)).toThrow(new Failure(`Input 'extra_build_args' ${line}`))
  })

  test('of several options names them all', () => {
    expect(() => read('-t x --nope --check')).toThrow(/'--tag'.*'--check'.*'--nope'/)
  })

  test.each(['--provenance=true', '--sbom=generator=x', '--attest=type=sbom', '--platform=linux/amd64,linux/arm64'])(
    'of %s with an image for Lambda',
    (words) => {
      expect(() => read(words, { ...BUILD_OPTIONS, compat: 'lambda' })).toThrow(/which creates an image index/)
      expect(read(words)).toHaveLength(1)
    },
  )

  test('of platforms in two places', () => {
    expect(() => read('--platform=linux/amd64', { ...BUILD_OPTIONS, platforms: ['linux/arm64'] })).toThrow(
      "Input 'extra_build_args' has '--platform', but the input 'platforms' is also set. Remove one of them.",
    )
  })
})

test.each([
  ['--no-cache --no-cache-filter=a', BUILD_OPTIONS],
  ['--no-cache-filter=a', { ...BUILD_OPTIONS, noCache: true }],
])('%s contradicts itself', (words, build) => {
  expect(() => read(words, build)).toThrow(/^Input 'extra_build_args' has '--no-cache-filter' for a build that uses no/)
})

test('an attestation that a later option takes back is none for Lambda', () => {
  expect(read('--provenance=true --provenance=false', { ...BUILD_OPTIONS, compat: 'lambda' })).toHaveLength(2)
})

test('--quiet takes the place of the progress that the step asks for', () => {
  expect(optionWords(fittingOptions(read('--progress=plain -q'), 'buildx'))).toEqual(['--quiet', '--progress=auto'])
})

test('the limits that a new buildx has are no notice', () => {
  const options = read('--memory=1g --cpu-shares=2 --squash')
  expect(optionNotices(options, 'buildx', '0.29.1')).toEqual([
    "Input 'extra_build_args' has '--memory', '--cpu-shares', '--squash', which has no effect: buildx ignores it.",
  ])
  expect(optionNotices(options, 'buildx', '0.36.1')).toEqual([
    "Input 'extra_build_args' has '--squash', which has no effect: buildx ignores it.",
  ])
})

test('what Docker says of an option is the line', async () => {
  const { docker } = memoryPorts()
  const noted = { ...docker, optionProblem: async () => 'invalid argument "x" for "--memory" flag' }
  await expect(planBuilder(asked(read('--memory=x')), TOOLSETS.buildx, noted, {})).rejects.toThrow(
    new Failure(`Docker does not accept the input 'extra_build_args': invalid argument "x" for "--memory" flag`),
  )
})
