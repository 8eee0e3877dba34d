import type { Builder, InputReader } from '@container-actions/core'

/** A source of layers from an earlier build: an image, or something that only buildx supports. */
export type CacheSource =
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'spec'; readonly spec: string }

const REGISTRY = /^type=registry,ref=([^,\s]+)$/

function sourceOf(text: string): CacheSource {
  if (!text.includes('=')) return { kind: 'image', image: text }
  const [, image] = REGISTRY.exec(text) ?? []
  return image === undefined ? { kind: 'spec', spec: text } : { kind: 'image', image }
}

/** Reads images, separated by commas or newlines, and buildx specifications (`type=…`), each on its own line. */
export function readCacheSources(input: InputReader): readonly CacheSource[] {
  const lines = input.lines('cache_from')
  const values = lines.flatMap((line) => (line.startsWith('type=') ? [line] : line.split(/[ \t]*,[ \t]*/)))
  const wrong = values.find((text) => text.startsWith('-') || /\s/.test(text))
  if (wrong !== undefined) {
    input.reject(
      `Input 'cache_from' has ${JSON.stringify(wrong)}, which is not an image. Use images like registry/app:latest, separated by commas, or buildx syntax like type=registry,ref=registry/app:cache, one per line.`,
    )
  }
  return values.filter((text) => text !== '').map(sourceOf)
}

/** The sources that only buildx can read. */
export const buildxSources = (sources: readonly CacheSource[]): string[] =>
  sources.flatMap((source) => (source.kind === 'spec' ? [source.spec] : []))

/** The images among the sources. */
export const cacheImages = (sources: readonly CacheSource[]): string[] =>
  sources.flatMap((source) => (source.kind === 'image' ? [source.image] : []))

/**
 * The attributes of a cache target in a registry with which ECR can store it, and with which cache errors do not fail
 * the build: https://docs.docker.com/build/cache/backends/registry/
 */
const STORABLE = ['image-manifest=true', 'oci-mediatypes=true', 'ignore-error=true']

/** Adds the attributes that ECR requires to a target; attributes set by the user are kept. */
export function storableTarget(target: string): string {
  const fields = target.split(',')
  const nameOf = (field: string) => field.split('=')[0]?.toLowerCase()
  if (!fields.some((field) => nameOf(field) === 'type' && field.slice('type='.length) === 'registry')) return target
  const names = new Set(fields.map(nameOf))
  return [...fields, ...STORABLE.filter((field) => !names.has(nameOf(field)))].join(',')
}

/** Reads images and buildx targets (`type=…`), one per line; returns all as targets. */
export function readCacheTargets(input: InputReader): string[] {
  const lines = input.lines('cache_to')
  const wrong = lines.find((text) => text.startsWith('-') || /\s/.test(text))
  if (wrong !== undefined) {
    input.reject(
      `Input 'cache_to' has ${JSON.stringify(wrong)}, which is not a cache target. Use one per line, like type=inline or type=registry,ref=registry/app:cache,mode=max.`,
    )
  }
  return lines.map((text) => storableTarget(text.includes('=') ? text : `type=registry,ref=${text}`))
}

/** The images that the targets write. */
export const writtenImages = (targets: readonly string[]): string[] =>
  targets.flatMap((target) =>
    /^(?:.*,)?type=registry(?:,|$)/.test(target) ? (/(?:^|,)ref=([^,]+)/.exec(target)?.[1] ?? []) : [],
  )

const INLINE = 'type=inline'

/** Whether a target is the image itself, which needs neither buildx nor a separate destination. */
export const isInline = (target: string): boolean => target.split(',').includes(INLINE)

/**
 * The builder's options for sources and targets. BuildKit reads an image's layers only if it was built with an inline
 * cache, so each build writes one for the next, unless it writes another; the classic builder uses every image in the
 * engine.
 */
export function cacheOptions(sources: readonly CacheSource[], targets: readonly string[], builder: Builder): string[] {
  const images = cacheImages(sources)
  if (builder !== 'buildx') {
    const inline = builder === 'buildkit' && (images.length > 0 || targets.some(isInline))
    return [
      ...images.map((image) => `--cache-from=${image}`),
      ...(inline ? ['--build-arg=BUILDKIT_INLINE_CACHE=1'] : []),
    ]
  }
  const specs = sources.map((source) => (source.kind === 'spec' ? source.spec : `type=registry,ref=${source.image}`))
  const written = targets.length === 0 && images.length > 0 ? [INLINE] : targets
  return [...specs.map((spec) => `--cache-from=${spec}`), ...written.map((target) => `--cache-to=${target}`)]
}
