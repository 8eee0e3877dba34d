import type { Ecr, Manifest } from './ecr.ts'
import type { Repository } from './repository.ts'

/** An image for one platform, as stored in the registry. */
export interface PlatformImage {
  /** `linux/arm64/v8`; empty if only the image's configuration contains it. */
  readonly platform: string
  readonly digest: string
  /** Compressed size of the configuration and the layers in bytes; `undefined` if unknown. */
  readonly sizeBytes: number | undefined
}

interface Descriptor {
  readonly digest: string
  readonly size?: number
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string }
}

/** The parts of an image manifest that are used: https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export interface ImageManifest {
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
}

/** The parts of an index that are used: https://github.com/opencontainers/image-spec/blob/main/image-index.md */
interface ImageIndex {
  readonly manifests?: readonly Descriptor[]
}

/** A layer that occurs twice in an image is stored once. */
function sizeOf({ config, layers = [] }: ImageManifest): number {
  const blobs = new Map([...(config === undefined ? [] : [config]), ...layers].map((each) => [each.digest, each.size]))
  return [...blobs.values()].reduce<number>((total, size) => total + (size ?? 0), 0)
}

const platformText = ({ os, architecture, variant }: NonNullable<Descriptor['platform']>): string =>
  [os, architecture, variant].filter(Boolean).join('/')

const imagesOf = ({ manifests = [] }: ImageIndex): readonly Descriptor[] =>
  manifests.filter(({ platform }) => platform?.os !== 'unknown')

/** Digests of the images in an index, without BuildKit's attestations; none if it is not an index. */
export const imageDigests = ({ body }: Manifest): string[] => imagesOf(JSON.parse(body)).map(({ digest }) => digest)

/** Digest of an image's configuration, which is also its ID in the engine; `undefined` for an index. */
export const imageConfigDigest = ({ body }: Manifest): string | undefined =>
  (JSON.parse(body) as ImageManifest).config?.digest

/** The images of a manifest: the image itself, or those of an index without BuildKit's attestations. */
export async function imagesIn(
  repository: Repository,
  { digest, body }: Manifest,
  ecr: Pick<Ecr, 'manifests'>,
): Promise<PlatformImage[]> {
  const parsed: ImageManifest & ImageIndex = JSON.parse(body)
  if (parsed.manifests === undefined) return [{ platform: '', digest, sizeBytes: sizeOf(parsed) }]
  const images = imagesOf(parsed)
  const found = await ecr.manifests(
    repository,
    images.map((image) => image.digest),
  )
  return images.map(({ digest: child, platform = {} }) => {
    const manifest = found.get(child)
    const sizeBytes = manifest === undefined ? undefined : sizeOf(JSON.parse(manifest.body))
    return { platform: platformText(platform), digest: child, sizeBytes }
  })
}
