import { createHash } from 'node:crypto'
import { authorizationOf, createRepository, type Server } from '../../packages/stand-ins/src/ecr-client.ts'

const digestOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

/** Puts an image of one empty layer into a new repository of the registry. */
export async function putSmallImage(ecr: Server, repository: string, tag: string): Promise<void> {
  await createRepository(ecr, repository)
  const url = `http://${ecr.registry}/v2/${repository}`
  const authorization = `Basic ${await authorizationOf(ecr)}`
  const put = async (to: URL | string, body: string, type: string) => {
    const answer = await fetch(to, { method: 'PUT', body, headers: { authorization, 'content-type': type } })
    if (!answer.ok) throw new Error(`PUT ${to}: ${answer.status} ${await answer.text()}`)
  }
  const blob = async (mediaType: string, content: string) => {
    const upload = await fetch(`${url}/blobs/uploads/`, { method: 'POST', headers: { authorization } })
    const to = new URL(upload.headers.get('location') ?? '', url)
    to.searchParams.set('digest', digestOf(content))
    await put(to, content, 'application/octet-stream')
    return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) }
  }
  // A tar archive of nothing is two blocks of zeros.
  const layer = await blob('application/vnd.oci.image.layer.v1.tar', '\0'.repeat(1024))
  const config = await blob(
    'application/vnd.oci.image.config.v1+json',
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] } }),
  )
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = { schemaVersion: 2, mediaType: type, config, layers: [layer] }
  await put(`${url}/manifests/${tag}`, JSON.stringify(manifest), type)
}
