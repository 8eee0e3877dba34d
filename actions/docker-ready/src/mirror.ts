import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { reason } from '@container-actions/core'
import type { Mirror } from './buildkitd.ts'
import type { HubImage } from './hub-image.ts'

/** What a mirror answered when it was asked for an image; without a status it could not be reached from here. */
export type MirrorAnswer =
  | { readonly mirror: Mirror; readonly status: number }
  | { readonly mirror: Mirror; readonly unreachable: string }

/** How long a mirror may take to answer, in ms: it may have to fetch the manifest from Docker Hub first. */
const LIMIT = 15_000

/** The manifests that dockerd asks for: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** Asks a mirror for the manifest of an image as dockerd does: without credentials, which mirrors never get. */
export function askMirror(mirror: Mirror, image: HubImage, signal: AbortSignal): Promise<MirrorAnswer> {
  const url = new URL(`v2/${image.repository}/manifests/${image.reference}`, mirror.url)
  const options = { method: 'HEAD', signal, headers: { Accept: MANIFESTS, 'User-Agent': 'docker-ready' } }
  return new Promise((answered) => {
    const sent =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, rejectUnauthorized: !mirror.insecure })
        : requestHttp(url, options)
    sent.setTimeout(LIMIT, () => sent.destroy(new Error(`no answer within ${LIMIT / 1_000} s`)))
    sent.on('response', (response) => {
      response.resume()
      answered({ mirror, status: response.statusCode ?? 0 })
    })
    sent.on('error', (error) => answered({ mirror, unreachable: reason(error) }))
    sent.end()
  })
}
