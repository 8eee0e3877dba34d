import { type Builder, isAtLeast } from '@container-actions/core'
import { formOf, type OptionName } from '../inputs/docker-options.ts'
import { type GivenOption, isOn, lastOf } from '../inputs/given-options.ts'
import { isAttesting } from '../inputs/option-features.ts'

/** Limits of the classic builder's containers. */
const LIMITS: readonly OptionName[] = [
  'cpu-period',
  'cpu-quota',
  'cpu-shares',
  'cpuset-cpus',
  'cpuset-mems',
  'memory',
  'memory-swap',
]

/** Options that the builders accept but ignore; buildx supports limits since 0.35. */
function ignoredBy(by: Builder, buildx: string): readonly OptionName[] {
  if (by === 'classic') return []
  if (by === 'buildkit') return [...LIMITS, 'cgroup-parent', 'shm-size', 'ulimit']
  return isAtLeast(buildx, '0.35') ? ['squash'] : [...LIMITS, 'squash']
}

const IGNORANT = {
  buildx: 'buildx',
  buildkit: "the BuildKit in Docker's client",
  classic: 'the classic builder',
} as const

const PLUGIN = 'Install the plugin docker-buildx on the runner.'

/** Never passed to a builder. */
const USELESS: readonly OptionName[] = ['debug', 'security-opt']

/** Options that the step passes on by itself: where the build writes its results. */
const RESULTS: readonly OptionName[] = ['iidfile', 'metadata-file']

const accepts = (by: Builder, { name }: GivenOption): boolean => formOf(name)[by] !== undefined

/** Whether an option only states the default behavior, so that it is not needed. */
const isNeedless = (option: GivenOption): boolean =>
  ['disable-content-trust', 'progress', 'stream'].includes(option.name) ||
  (['attest', 'provenance', 'sbom'].includes(option.name) && !isAttesting(option))

/** Only buildx reads caches other than images. */
const isForeignCache = (by: Builder, { name, value }: GivenOption): boolean =>
  name === 'cache-from' && by !== 'buildx' && value.includes('=')

/** `--quiet` only works with the default progress, so it also replaces the step's own. */
function quietly(options: readonly GivenOption[], by: Builder): readonly GivenOption[] {
  if (by !== 'buildx' || !isOn(options, 'quiet')) return options
  const others = options.filter(({ name }) => name !== 'progress')
  return [...others, { name: 'progress', value: lastOf(options, 'progress') === 'quiet' ? 'quiet' : 'auto' }]
}

/** The options of `extra_build_args` for the command of a builder, after unsupported ones have been rejected. */
export function fittingOptions(options: readonly GivenOption[], by: Builder): readonly GivenOption[] {
  const isLeftOut = (option: GivenOption) =>
    RESULTS.includes(option.name) ||
    USELESS.includes(option.name) ||
    isForeignCache(by, option) ||
    (isNeedless(option) && !accepts(by, option))
  return quietly(
    options.filter((option) => !isLeftOut(option)),
    by,
  )
}

/**
 * One line for all options that are left out for the same reason, or that the builder ignores.
 *
 * @param buildx version of buildx, if it builds
 */
export function optionNotices(options: readonly GivenOption[], by: Builder, buildx = ''): string[] {
  const ignored = ignoredBy(by, buildx)
  const about = (is: (option: GivenOption) => boolean, rest: string): string[] => {
    const names = [...new Set(options.filter(is).map(({ name }) => `'--${name}'`))]
    return names.length > 0 ? [`Input 'extra_build_args' has ${names.join(', ')}, which ${rest}`] : []
  }
  return [
    ...about((option) => isForeignCache(by, option), `only buildx supports with 'type='. It is ignored. ${PLUGIN}`),
    ...about(({ name }) => name === 'security-opt', 'no builder on Linux supports. It is ignored.'),
    ...about(({ name }) => name === 'debug', 'prints stack traces that hide the cause of an error. It is ignored.'),
    ...about(({ name }) => ignored.includes(name), `has no effect: ${IGNORANT[by]} ignores it.`),
  ]
}
