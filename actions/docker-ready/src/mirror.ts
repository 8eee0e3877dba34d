import { reason, type Web, WebError } from '@container-actions/core'
import type { Mirror } from './buildkitd.ts'
import type { HubImage } from './hub-image.ts'

/** A mirror's response to a request for an image, or why the mirror could not be reached from here. */
export type MirrorAnswer =
  | { readonly kind: 'answer'; readonly mirror: Mirror; readonly status: number }
  | { readonly kind: 'unreachable'; readonly mirror: Mirror; readonly why: string }

/** Timeout for a mirror in ms: it may have to fetch the manifest from Docker Hub first. */
const LIMIT = 15_000

/**
 * Manifest types that dockerd accepts:
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
 */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/**
 * Requests the manifest of an image from a mirror in the same way as dockerd: without credentials, which mirrors never
 * get.
 */
export async function askMirror(mirror: Mirror, image: HubImage, web: Web, signal: AbortSignal): Promise<MirrorAnswer> {
  const url = new URL(`v2/${image.repository}/manifests/${image.reference}`, mirror.url).href
  const headers = { Accept: MANIFESTS, 'User-Agent': 'docker-ready' }
  try {
    const request = { method: 'HEAD', url, headers, insecure: mirror.insecure, signal, timeout: LIMIT } as const
    return { kind: 'answer', mirror, status: (await web.request(request)).status }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof WebError)) throw error
    return { kind: 'unreachable', mirror, why: reason(error.cause) }
  }
}
