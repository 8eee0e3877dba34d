import { createHash } from 'node:crypto'
import type { AwsHttp } from '../aws/http.ts'
import { Failure, reason } from '../base/failure.ts'
import { type JsonAnswer, type JsonRequest, sendJson } from '../http/json-request.ts'
import type { Authorization } from './authorization.ts'
import { type Ecr, MANIFEST_TYPES, type Manifest, type Repository } from './ecr.ts'
import { type ImageParts, imageLabels, storedJson } from './image-config.ts'

/** The first error in a response: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
function refusal({ status, body }: JsonAnswer): string {
  const { errors } = (body ?? {}) as { errors?: readonly { code?: string; message?: string }[] }
  const { code = '', message = '' } = errors?.[0] ?? {}
  return [status, code, message].filter(Boolean).join(' ')
}

/** Reads and writes manifests like docker, which requires only a registry login. */
export function registryManifests(
  { token, endpoint }: Authorization,
  http: AwsHttp,
  signal: AbortSignal,
): Pick<Ecr, 'labels' | 'manifest' | 'manifests' | 'tag'> {
  /** The registry may belong to another account than the login, but is reached in the same way. */
  const urlOf = ({ registry, name }: Repository, path: string) =>
    new URL(`${new URL(endpoint ?? 'https://ecr').protocol}//${registry}/v2/${name}/${path}`)

  const send = async (request: JsonRequest) => {
    const headers = { ...request.headers, authorization: `Basic ${token}` }
    return await sendJson(async () => ({ ...request, headers }), http, signal).catch((error) => {
      signal.throwIfAborted()
      throw new Failure(`${request.url.host} cannot be reached: ${reason(error)}`, { cause: error })
    })
  }

  const manifest: Ecr['manifest'] = async (repository, id) => {
    const reference = 'tag' in id ? id.tag : id.digest
    const url = urlOf(repository, `manifests/${reference}`)
    const answer = await send({ method: 'GET', url, headers: { accept: MANIFEST_TYPES.join(', ') } })
    if (answer.status === 404) return undefined
    if (answer.status !== 200) {
      throw new Failure(`Reading ${repository.uri}:${reference} failed: ${refusal(answer)}`)
    }
    // ECR sometimes omits the header with the digest.
    const digest = `sha256:${createHash('sha256').update(answer.text).digest('hex')}`
    return { digest, mediaType: answer.headers['content-type'] ?? '', body: answer.text }
  }

  const config: ImageParts['config'] = async (repository, digest) => {
    const answer = await send({ method: 'GET', url: urlOf(repository, `blobs/${digest}`), headers: {} })
    const { location } = answer.headers
    // The login is for the registry, not for the storage that it redirects to.
    if (answer.status === 307 && location !== undefined) return storedJson(location, http, signal)
    if (answer.status === 200) return answer.body
    throw new Failure(`Reading ${repository.uri}@${digest} failed: ${refusal(answer)}`)
  }

  return {
    manifest,
    async manifests(repository, ids) {
      const found = new Map<string, Manifest>()
      for (const id of new Set(ids)) {
        const image = await manifest(repository, id.includes(':') ? { digest: id } : { tag: id })
        if (image !== undefined) found.set(id, image)
      }
      return found
    },
    labels: (repository, image) => imageLabels(repository, image, { manifest, config }),
    async tag(repository, { mediaType, body }, tag, mayMove) {
      if (mayMove !== undefined && !(await mayMove())) return false
      const url = urlOf(repository, `manifests/${tag}`)
      const answer = await send({ method: 'PUT', url, headers: { 'content-type': mediaType }, body })
      if (answer.status >= 300) throw new Failure(`Tagging ${repository.uri}:${tag} failed: ${refusal(answer)}`)
      return true
    },
  }
}
