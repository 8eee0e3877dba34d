import { authorizationOf, MANIFEST_TYPES, type Server } from './ecr-client.ts'

/** What is read of an image's configuration. */
export interface ImageConfig {
  readonly architecture: string
  readonly created?: string
  readonly config: { readonly Labels?: Readonly<Record<string, string>>; readonly Env?: readonly string[] }
}

interface AnyManifest {
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[]
  readonly config?: { readonly digest: string }
}

/** The configuration of the image behind a tag; of an index, that of its first image which is no attestation. */
export async function imageConfig(ecr: Server, repository: string, tag: string): Promise<ImageConfig> {
  const headers = { authorization: `Basic ${await authorizationOf(ecr)}`, accept: MANIFEST_TYPES }
  const get = async (path: string) =>
    (await fetch(`http://${ecr.registry}/v2/${repository}/${path}`, { headers })).json()
  let manifest = (await get(`manifests/${tag}`)) as AnyManifest
  const child = manifest.manifests?.find(({ platform }) => platform?.architecture !== 'unknown')
  if (child !== undefined) manifest = (await get(`manifests/${child.digest}`)) as AnyManifest
  return (await get(`blobs/${manifest.config?.digest}`)) as ImageConfig
}
