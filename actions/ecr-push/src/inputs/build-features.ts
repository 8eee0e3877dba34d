import type { BuildOptions } from './build-options.ts'
import { isInline } from './caches.ts'

/** The requirements of a feature; without any, every builder supports it. */
export interface Needs {
  /** The plugin instead of `docker build`; at least this version, if given. */
  readonly buildx?: boolean | string | undefined
  /** The builder before BuildKit. */
  readonly classic?: boolean
  /** An engine with experimental features, unless buildx builds. */
  readonly experimental?: boolean
  /** At least this version of BuildKit; `0` for any. */
  readonly buildkit?: string
  /**
   * A destination that supports an image index, or something else that the engine's classic image store cannot hold.
   */
  readonly index?: boolean
  /** An image that the engine's classic image store cannot load from a builder either. */
  readonly indexImage?: boolean
}

/** A feature that the inputs require and that not every Docker supports. */
export interface Feature {
  /** The subject of a sentence: `Input 'sbom'`. */
  readonly asked: string
  readonly needs: Needs
  /** Left out with a notice if it is not supported, instead of rejected. */
  readonly optional?: boolean
}

/**
 * https://docs.docker.com/build/building/secrets/ and its SSH mounts: supported by every BuildKit, but not by the
 * classic builder.
 */
export const BUILDKIT: Needs = { buildkit: '0' }

/**
 * https://docs.docker.com/build/concepts/context/#named-contexts: Dockerfile 1.4, which is part of BuildKit since 0.10.
 */
export const CONTEXTS: Needs = { buildx: true, buildkit: '0.10' }

/** https://docs.docker.com/build/metadata/annotations/ and https://docs.docker.com/build/metadata/attestations/ */
export const IN_MANIFEST: Needs = { buildx: true, buildkit: '0.11', index: true, indexImage: true }

/** https://docs.docker.com/build/building/multi-platform/#prerequisites */
const PLATFORMS: Needs = { buildx: true, index: true, indexImage: true }

/** https://docs.docker.com/build/cache/backends/; `image-manifest` came with BuildKit 0.12. */
export const CACHE: Needs = { buildx: true, index: true }
export const INLINE_CACHE: Needs = { buildx: true }
const CACHE_IMAGE: Needs = { ...CACHE, buildkit: '0.12' }

export const CACHE_PRESET: Feature = { asked: "Input 'cache'", needs: CACHE_IMAGE, optional: true }

const plain = (platform: string): string => platform.toLowerCase().replace(/^(linux\/arm64)\/v8$/, '$1')

/**
 * A single platform that is the engine's own requires nothing; the classic builder would silently build any other one
 * incorrectly.
 */
export function platformNeeds(platforms: readonly string[], own: string): Needs | undefined {
  const [first, second] = platforms.map(plain)
  if (second !== undefined) return PLATFORMS
  return first === undefined || first === plain(own) ? undefined : BUILDKIT
}

/** @param own the engine's platform, such as `linux/amd64` */
export function featuresOf(build: BuildOptions, own: string): Feature[] {
  const { secrets, ssh, contexts, annotations, platforms, provenance, sbom, cache, cacheTo } = build
  const asks = (name: string, needs: Needs | undefined, when: boolean): Feature[] =>
    when && needs !== undefined ? [{ asked: `Input '${name}'`, needs }] : []
  const hasSecret = (source: 'value' | 'env' | 'file') => secrets.some((secret) => source in secret)
  return [
    ...asks('secrets', BUILDKIT, hasSecret('value')),
    ...asks('secret_envs', BUILDKIT, hasSecret('env')),
    ...asks('secret_files', BUILDKIT, hasSecret('file')),
    ...asks('ssh', BUILDKIT, ssh.length > 0),
    ...asks('build_contexts', CONTEXTS, contexts.length > 0),
    ...asks('annotations', IN_MANIFEST, annotations.length > 0),
    ...asks('platforms', platformNeeds(platforms, own), true),
    ...asks('provenance', IN_MANIFEST, (provenance ?? 'false') !== 'false'),
    ...asks('sbom', IN_MANIFEST, (sbom ?? 'false') !== 'false'),
    ...asks('cache_to', BUILDKIT, cacheTo.some(isInline)),
    ...asks('cache_to', CACHE, !cacheTo.every(isInline)),
    ...(cache === 'registry' ? [CACHE_PRESET] : []),
  ]
}
