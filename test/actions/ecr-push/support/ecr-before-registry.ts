import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { EcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { MANIFEST_TYPES, type Server } from '../../../../packages/stand-ins/src/ecr-client.ts'
import type { LockedRegistry } from '../../../support/docker-registry.ts'

/** The API of an ecr-local whose images are in another registry. */
export interface EcrBeforeRegistry extends Server, AsyncDisposable {
  /** The calls of ECR and STS, in order. */
  readonly operations: readonly string[]
}

interface Body {
  readonly repositoryName?: string
  readonly imageIds?: readonly { readonly imageTag?: string; readonly imageDigest?: string }[]
  readonly imageTag?: string
  readonly imageManifest?: string
  readonly imageManifestMediaType?: string
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly content: Buffer
}

/**
 * Passes the API's calls on to `ecr`, which checks them, and names `registry` in its answers where that had named its
 * own. What is asked and written about images by manifest is done in `registry`, the only place that has them.
 */
export async function startEcrBeforeRegistry(ecr: EcrLocal, registry: LockedRegistry): Promise<EcrBeforeRegistry> {
  const operations: string[] = []
  const answer = async (incoming: IncomingMessage): Promise<Answer> => {
    const body = await buffer(incoming)
    const target = incoming.headers['x-amz-target'] ?? new URLSearchParams(body.toString()).get('Action')
    const operation = String(target).replace(/^.*\./, '')
    operations.push(operation)
    const parsed = (): Body => JSON.parse(body.toString())
    if (operation === 'PutImage') return json(await putImage(registry, parsed()))
    const given = await passOn(ecr.endpoint, incoming, body)
    if (given.status !== 200) return given
    if (operation === 'BatchGetImage') return json(await batchGetImage(registry, parsed()))
    if (operation === 'GetAuthorizationToken') return json(withLogin(given, ecr, registry))
    return { ...given, content: Buffer.from(given.content.toString().replaceAll(ecr.registry, registry.host)) }
  }
  const server = createServer((incoming, response) => {
    answer(incoming).then(
      (given) => send(given, response),
      (error) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    endpoint,
    registry: registry.host,
    region: ecr.region,
    environment: { ...ecr.environment, AWS_ENDPOINT_URL_ECR: endpoint, AWS_ENDPOINT_URL_STS: endpoint },
    operations,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The header `host` stays as it came, because the signature is over it. */
async function passOn(endpoint: string, { url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const onward = request(endpoint, { method: 'POST', path: url, headers }).end(body)
  const [response] = (await once(onward, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 500, headers: response.headers, content: await buffer(response) }
}

function send({ status, headers, content }: Answer, response: ServerResponse): void {
  const { 'transfer-encoding': _, ...rest } = headers
  response.writeHead(status, { ...rest, 'content-length': content.length }).end(content)
}

const json = (value: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  content: Buffer.from(JSON.stringify(value)),
})

function withLogin({ content }: Answer, ecr: EcrLocal, { host, token }: LockedRegistry): object {
  const { authorizationData } = JSON.parse(content.toString()) as { authorizationData: { proxyEndpoint: string }[] }
  const own = { proxyEndpoint: `http://${host}`, authorizationToken: token }
  return {
    authorizationData: authorizationData.map((data) =>
      data.proxyEndpoint === ecr.endpoint ? { ...data, ...own } : data,
    ),
  }
}

const manifestUrl = ({ host }: LockedRegistry, { repositoryName }: Body, reference: string): string =>
  `http://${host}/v2/${repositoryName}/manifests/${reference}`

async function batchGetImage(registry: LockedRegistry, body: Body): Promise<object> {
  const images: object[] = []
  const failures: object[] = []
  for (const imageId of body.imageIds ?? []) {
    const response = await fetch(manifestUrl(registry, body, imageId.imageDigest ?? imageId.imageTag ?? ''), {
      headers: { authorization: `Basic ${registry.token}`, accept: MANIFEST_TYPES },
    })
    const imageManifest = await response.text()
    if (response.status === 404) {
      failures.push({ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' })
      continue
    }
    if (!response.ok) throw new Error(`the registry answered ${response.status}: ${imageManifest}`)
    images.push({
      imageId: { ...imageId, imageDigest: response.headers.get('docker-content-digest') },
      imageManifest,
      imageManifestMediaType: response.headers.get('content-type'),
    })
  }
  return { images, failures }
}

async function putImage(registry: LockedRegistry, body: Body): Promise<object> {
  const { imageManifest = '', imageManifestMediaType = '', imageTag = '' } = body
  const response = await fetch(manifestUrl(registry, body, imageTag), {
    method: 'PUT',
    headers: { authorization: `Basic ${registry.token}`, 'content-type': imageManifestMediaType },
    body: imageManifest,
  })
  if (!response.ok) throw new Error(`the registry answered ${response.status}: ${await response.text()}`)
  const imageDigest = response.headers.get('docker-content-digest')
  return { image: { imageId: { imageDigest, imageTag }, imageManifest, imageManifestMediaType } }
}
