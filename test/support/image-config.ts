import { gunzipSync } from 'node:zlib'
import { MANIFEST_TYPES, registryOf, type Server } from '../../packages/stand-ins/src/ecr-client.ts'

/** What is read of an image's configuration. */
export interface ImageConfig {
  readonly architecture: string
  readonly created?: string
  readonly config: { readonly Labels?: Readonly<Record<string, string>>; readonly Env?: readonly string[] }
}

interface AnyManifest {
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[]
  readonly config?: { readonly digest: string }
  readonly layers?: readonly { readonly digest: string }[]
}

/** Reads what the repository has at a path. */
async function reader(ecr: Server, repository: string) {
  const { url, token } = await registryOf(ecr)
  const headers = { authorization: `Basic ${token}`, accept: MANIFEST_TYPES }
  return (path: string) => fetch(`${url}/v2/${repository}/${path}`, { headers })
}

/** The manifest of the image behind a reference; of an index, that of its first image which is no attestation. */
async function imageManifest(get: Awaited<ReturnType<typeof reader>>, reference: string): Promise<AnyManifest> {
  const manifest = (await (await get(`manifests/${reference}`)).json()) as AnyManifest
  const child = manifest.manifests?.find(({ platform }) => platform?.architecture !== 'unknown')
  return child === undefined ? manifest : ((await (await get(`manifests/${child.digest}`)).json()) as AnyManifest)
}

/** The configuration of the image behind a tag; of an index, that of its first image which is no attestation. */
export async function imageConfig(ecr: Server, repository: string, tag: string): Promise<ImageConfig> {
  const get = await reader(ecr, repository)
  const { config } = await imageManifest(get, tag)
  return (await (await get(`blobs/${config?.digest}`)).json()) as ImageConfig
}

/** What the layers of the image behind a reference hold, as the text of their archives. */
export async function imageText(ecr: Server, repository: string, reference: string): Promise<string> {
  const get = await reader(ecr, repository)
  const { layers = [] } = await imageManifest(get, reference)
  const texts = layers.map(async ({ digest }) => {
    const blob = Buffer.from(await (await get(`blobs/${digest}`)).arrayBuffer())
    return gunzipSync(blob).toString('latin1')
  })
  return (await Promise.all(texts)).join('')
}
