import type { BuildOptions } from './build-options.ts'
import { isInline } from './caches.ts'

/** What a feature takes; every builder can do what needs nothing. */
export interface Needs {
  /** The plugin, in place of `docker build`; of this version or newer, where one is named. */
  readonly buildx?: boolean | string | undefined
  /** The builder before BuildKit. */
  readonly classic?: boolean
  /** Where it is not buildx that builds, an engine with experimental features. */
  readonly experimental?: boolean
  /** BuildKit of this version or newer, `0` for any. */
  readonly buildkit?: string
  /** A place for an index of images, or something else that the engine's classic image store cannot hold. */
  readonly index?: boolean
  /** An image that the engine's classic image store cannot load from a builder either. */
  readonly indexImage?: boolean
}

/** Something that the inputs ask for and that not every Docker can do. */
export interface Feature {
  /** The subject of a sentence: `Input 'sbom'`. */
  readonly asked: string
  readonly needs: Needs
  /** Left out with a notice where it cannot be had, instead of refused. */
  readonly optional?: boolean
}

/** https://docs.docker.com/build/building/secrets/ and its SSH mounts: all of BuildKit, and nothing of the classic builder. */
export const BUILDKIT: Needs = { buildkit: '0' }

/** https://docs.docker.com/build/concepts/context/#named-contexts: Dockerfile 1.4, which is in BuildKit from 0.10 on. */
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

/** One platform that is the engine's own asks for nothing; the classic builder would build another one wrongly, in silence. */
export function platformNeeds(platforms: readonly string[], own: string): Needs | undefined {
  const [first, second] = platforms.map(plain)
  if (second !== undefined) return PLATFORMS
  return first === undefined || first === plain(own) ? undefined : BUILDKIT
}

/** @param own the engine's platform, as `linux/amd64` */
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
