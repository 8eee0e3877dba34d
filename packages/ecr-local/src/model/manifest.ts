import { invalidParameter } from '../api-error.ts'

export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'

/** The manifest types that ECR stores. */
export const MANIFEST_TYPES: readonly string[] = [DOCKER_MANIFEST, DOCKER_LIST, OCI_MANIFEST, OCI_INDEX]

/** ECR's size limit for a manifest. */
export const MANIFEST_LIMIT = 4 * 1024 * 1024

export interface Descriptor {
  readonly mediaType?: string
  readonly digest: string
  readonly size: number
  readonly urls?: readonly string[]
  readonly platform?: { readonly features?: unknown }
}

interface Document {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  readonly manifests?: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Record<string, string>
}

/** The parts of a manifest that the registry needs. */
export interface Manifest {
  readonly mediaType: string
  readonly isIndex: boolean
  /** Artifact type, otherwise the config's media type. */
  readonly artifactType: string | undefined
  readonly annotations: Record<string, string> | undefined
  /** Config and layers, which must have been uploaded. */
  readonly layers: readonly Descriptor[]
  /** Images that an index lists. */
  readonly children: readonly string[]
  readonly subject: string | undefined
  /** Size of config and layers in bytes. */
  readonly size: number
}

/** @throws ApiError if it is not JSON, or not a type that ECR stores */
export function parseManifest(content: Uint8Array, givenType: string | undefined): Manifest {
  const document = parse(content)
  const mediaType = givenType || document.mediaType
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html, https://github.com/aws/aws-sdk/issues/193
  if (!mediaType) throw invalidJson()
  if (!MANIFEST_TYPES.includes(mediaType)) {
    throw invalidParameter('imageManifestMediaType', `Unsupported manifest type '${mediaType}'`)
  }
  if (document.mediaType !== undefined && document.mediaType !== mediaType) {
    throw invalidParameter('imageManifestMediaType', `must be the manifest's own media type '${document.mediaType}'`)
  }
  const isIndex = mediaType === DOCKER_LIST || mediaType === OCI_INDEX
  const own = isIndex ? [] : [...(document.config ? [document.config] : []), ...(document.layers ?? [])]
  const described = [...own, ...(isIndex ? (document.manifests ?? []) : [])]
  if (!described.every(isDescriptor) || !isPlain(document.artifactType) || (!isIndex && !document.config))
    throw invalidJson()
  if (!isIndex && !document.layers?.length) throw invalidParameter('ImageManifest', NO_LAYER)
  return {
    mediaType,
    isIndex,
    artifactType: document.artifactType ?? document.config?.mediaType,
    annotations: document.annotations,
    layers: own.filter(({ urls }) => !urls?.length),
    children: isIndex ? (document.manifests ?? []).map(({ digest }) => digest) : [],
    subject: document.subject?.digest,
    size: own.reduce((sum, { size }) => sum + size, 0),
  }
}

function parse(content: Uint8Array): Document {
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch {
    throw invalidJson()
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalidJson()
  const { layers, manifests } = document as Document
  // BuildKit writes null for an image without layers.
  if (![layers ?? [], manifests ?? []].every(Array.isArray)) throw invalidJson()
  return document as Document
}

/** ECR rejects `platform.features`: https://github.com/aws/containers-roadmap/issues/2439 */
const isDescriptor = (value: Partial<Descriptor> | null) =>
  typeof value?.digest === 'string' &&
  typeof value.size === 'number' &&
  isPlain(value.mediaType) &&
  value.platform?.features === undefined

/** ECR rejects media types with parameters: https://github.com/sigstore/sigstore-js/pull/1058 */
const isPlain = (mediaType: string | undefined) => mediaType === undefined || !mediaType.includes(';')

/** For images and artifacts: https://github.com/werf/werf/issues/2544 */
const NO_LAYER = 'Image has to have at least 1 layer'

const invalidJson = () => invalidParameter('ImageManifest', 'Invalid JSON syntax')
