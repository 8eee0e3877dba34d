import { createHash } from 'node:crypto'
import { type ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'

export const digestOf = (content: string | Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** A registry client over fetch, as thin as it can be: tests see the real answers. */
export interface RegistryClient {
  readonly url: string
  readonly authorization: string
  fetch(path: string, init?: RequestInit & { duplex?: 'half' }): Promise<Response>
  /** Uploads a layer in one PUT. @returns its digest */
  layer(repository: string, content: string | Uint8Array): Promise<string>
  manifest(repository: string, reference: string, document: object, mediaType?: string): Promise<Response>
  /** Pushes an image of one layer under a tag. @returns its digest and the manifest's text */
  image(repository: string, tag: string, content: string): Promise<{ digest: string; text: string }>
}

/** Logs in as docker does: with the token of GetAuthorizationToken. */
export async function registryClient(ecr: ECRClient): Promise<RegistryClient> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const [data] = authorizationData ?? []
  return registryClientFor(String(data?.proxyEndpoint), `Basic ${data?.authorizationToken}`)
}

export function registryClientFor(url: string, authorization: string): RegistryClient {
  const client: RegistryClient = {
    url,
    authorization,
    fetch: (path, init = {}) =>
      fetch(new URL(path, url), { ...init, headers: { authorization, ...(init.headers as Record<string, string>) } }),
    async layer(repository, content) {
      const begun = await client.fetch(`/v2/${repository}/blobs/uploads/`, { method: 'POST' })
      const digest = digestOf(content)
      const target = `${begun.headers.get('location')}?digest=${digest}`
      const put = await client.fetch(target, { method: 'PUT', body: content as string })
      if (put.status !== 201) throw new Error(`PUT layer: ${put.status} ${await put.text()}`)
      return digest
    },
    manifest: (repository, reference, document, mediaType = OCI_MANIFEST) =>
      client.fetch(`/v2/${repository}/manifests/${reference}`, {
        method: 'PUT',
        body: JSON.stringify(document),
        headers: { 'content-type': mediaType },
      }),
    async image(repository, tag, content) {
      const document = await imageDocument(client, repository, content)
      const put = await client.manifest(repository, tag, document)
      if (put.status !== 201) throw new Error(`PUT manifest: ${put.status} ${await put.text()}`)
      const text = JSON.stringify(document)
      return { digest: digestOf(text), text }
    },
  }
  return client
}

/** Uploads config and layer and describes them. */
export async function imageDocument(client: RegistryClient, repository: string, content: string) {
  const config = '{"architecture":"amd64","os":"linux"}'
  const [configDigest, layerDigest] = [await client.layer(repository, config), await client.layer(repository, content)]
  return {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: configDigest, size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layerDigest, size: content.length }],
  }
}

/** Status and first error of a refused registry request. */
export async function refusal(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { errors } = (await response.json()) as { errors: [{ code: string; message: string }] }
  return { status: response.status, ...errors[0] }
}
