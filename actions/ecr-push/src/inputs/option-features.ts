import {
  BUILDKIT,
  CACHE,
  CONTEXTS,
  type Feature,
  IN_MANIFEST,
  INLINE_CACHE,
  type Needs,
  platformNeeds,
} from './build-features.ts'
import { isInline } from './caches.ts'
import { formOf } from './docker-options.ts'
import { type GivenOption, valuesOf } from './given-options.ts'

/** The platforms in all `--platform` options. */
export const platformsOf = (options: readonly GivenOption[]): string[] =>
  valuesOf(options, 'platform').flatMap((value) => value.split(',').map((each) => each.trim()))

/** Whether an option requests an attestation; `--sbom=false` and `--attest=type=sbom,disabled=true` do not. */
export function isAttesting({ name, value }: GivenOption): boolean {
  if (name === 'attest') return !/(?:^|,)\s*disabled=(?:true|1)\s*(?:,|$)/.test(value)
  return (name === 'provenance' || name === 'sbom') && !/^(?:false|0|f)$|(?:^|,)\s*disabled=(?:true|1)/i.test(value)
}

/** Networks that BuildKit supports: https://docs.docker.com/reference/cli/docker/buildx/build/#network */
const NETWORKS = ['', 'default', 'none', 'host']

/** The requirements of an option for the builder. */
function needsOf(option: GivenOption, platforms: readonly string[], own: string): Needs | undefined {
  const { name, value } = option
  const { buildx, buildkit, classic } = formOf(name)
  switch (name) {
    case 'annotation':
      return { ...IN_MANIFEST, buildx }
    case 'attest':
    case 'provenance':
    case 'sbom':
      return isAttesting(option) ? { ...IN_MANIFEST, buildx } : undefined
    case 'build-context':
      return { ...CONTEXTS, buildx }
    case 'cache-to':
      return isInline(value) ? INLINE_CACHE : CACHE
    case 'debug':
      // Other builders ignore the option.
      return undefined
    case 'network':
      return NETWORKS.includes(value) ? undefined : { classic: true }
    case 'platform':
      return platformNeeds(platforms, own)
    case 'secret':
    case 'ssh':
      return BUILDKIT
    case 'squash':
      return value === 'true' ? { experimental: true } : undefined
    default:
      return buildx === undefined || buildkit || classic ? undefined : { buildx }
  }
}

/**
 * The features that the options of `extra_build_args` require and that not every Docker supports.
 *
 * @param own the engine's platform, such as `linux/amd64`
 */
export function optionFeatures(options: readonly GivenOption[], own: string): Feature[] {
  const platforms = platformsOf(options)
  const features = options.flatMap((option): Feature[] => {
    const needs = needsOf(option, platforms, own)
    return needs === undefined ? [] : [{ asked: `Option '--${option.name}' in 'extra_build_args'`, needs }]
  })
  return [...new Map(features.map((feature) => [JSON.stringify(feature), feature])).values()]
}
