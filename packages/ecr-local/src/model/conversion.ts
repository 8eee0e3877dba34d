import { DOCKER_MANIFEST, OCI_MANIFEST } from './manifest.ts'

/** Equivalent media types of Docker and the OCI. */
const PAIRS: readonly (readonly [docker: string, oci: string])[] = [
  [DOCKER_MANIFEST, OCI_MANIFEST],
  ['application/vnd.docker.container.image.v1+json', 'application/vnd.oci.image.config.v1+json'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'application/vnd.oci.image.layer.v1.tar'],
]

/** A manifest in the format in which it is returned. */
export interface Rendition {
  readonly content: Buffer
  readonly mediaType: string
}

/**
 * ECR converts a single image to the other format if the client requests it by tag and accepts only that format. The
 * bytes, and therefore the digest, then differ from those that were pushed.
 */
export function rendition(content: Buffer, mediaType: string, accepted: readonly string[]): Rendition {
  const stored = { content, mediaType }
  const target = counterpart(mediaType)
  if (accepted.length === 0 || accepts(accepted, mediaType) || !target || !accepts(accepted, target)) return stored
  const manifest = JSON.parse(content.toString()) as { config: Descriptor; layers: Descriptor[] }
  const converted = {
    ...manifest,
    mediaType: target,
    config: convert(manifest.config),
    layers: manifest.layers.map(convert),
  }
  return { content: Buffer.from(JSON.stringify(converted)), mediaType: target }
}

interface Descriptor {
  readonly mediaType: string
}

const convert = <One extends Descriptor>(descriptor: One): One => ({
  ...descriptor,
  mediaType: layerCounterpart(descriptor.mediaType),
})

const accepts = (accepted: readonly string[], mediaType: string) =>
  accepted.includes(mediaType) || accepted.includes('*/*') || accepted.includes('application/*')

function counterpart(mediaType: string): string | undefined {
  if (mediaType === DOCKER_MANIFEST) return OCI_MANIFEST
  return mediaType === OCI_MANIFEST ? DOCKER_MANIFEST : undefined
}

function layerCounterpart(mediaType: string): string {
  const pair = PAIRS.find((types) => types.includes(mediaType))
  if (!pair) return mediaType
  return pair[0] === mediaType ? pair[1] : pair[0]
}
