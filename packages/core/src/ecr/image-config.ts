import type { AwsHttp } from '../aws/http.ts'
import { Failure, reason } from '../base/failure.ts'
import { sendJson } from '../http/json-request.ts'
import type { Ecr, Labels, Manifest } from './ecr.ts'
import { imageConfigDigest, imageDigests } from './image-content.ts'
import type { Repository } from './repository.ts'

/** How the parts of an image are read. */
export interface ImageParts extends Pick<Ecr, 'manifest'> {
  /** The configuration with this digest. */
  config(repository: Repository, digest: string): Promise<unknown>
}

/** Milliseconds for one attempt at the storage; what is read there is not worth a long wait. */
const PATIENCE = 3_000

/** Of the image, or of the first one of an index. */
async function configDigest(repository: Repository, manifest: Manifest, parts: ImageParts) {
  const [digest] = imageDigests(manifest)
  const image = digest === undefined ? manifest : await parts.manifest(repository, { digest })
  return image && imageConfigDigest(image)
}

/** The labels of an image in the repository; `undefined` where there is no configuration of an image. */
export async function imageLabels(
  repository: Repository,
  manifest: Manifest,
  parts: ImageParts,
): Promise<Labels | undefined> {
  const digest = await configDigest(repository, manifest, parts)
  if (digest === undefined) return undefined
  const found = await parts.config(repository, digest)
  const { config } = (found ?? {}) as { config?: { Labels?: Labels | null } | null }
  return config?.Labels ?? undefined
}

/** JSON from the storage behind ECR, by a link that needs no credentials. */
export async function storedJson(link: string, http: AwsHttp, signal: AbortSignal): Promise<unknown> {
  const request = { method: 'GET', url: new URL(link), headers: {} } as const
  const { status, body } = await sendJson(async () => request, http.within({ total: PATIENCE }), signal).catch(
    (error) => {
      signal.throwIfAborted()
      throw new Failure(`The storage of ECR at ${request.url.host} cannot be reached: ${reason(error)}`, {
        cause: error,
      })
    },
  )
  if (status === 200) return body
  throw new Failure(`The storage of ECR at ${request.url.host} answered ${status}.`)
}
