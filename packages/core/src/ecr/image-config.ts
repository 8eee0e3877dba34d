import type { AwsHttp } from '../aws/http.ts'
import { Failure, reason } from '../base/failure.ts'
import { sendJson } from '../http/json-request.ts'
import type { Ecr, Labels, Manifest } from './ecr.ts'
import { imageConfigDigest, imageDigests } from './image-content.ts'
import type { Repository } from './repository.ts'

/** Reads the parts of an image. */
export interface ImageParts extends Pick<Ecr, 'manifest'> {
  /** The configuration with this digest. */
  config(repository: Repository, digest: string): Promise<unknown>
}

/** Timeout of one attempt to read from the storage, in ms; its content is not worth a long wait. */
const PATIENCE = 3_000

/** Digest of the configuration of the image, or of the first image of an index. */
async function configDigest(repository: Repository, manifest: Manifest, parts: ImageParts) {
  const [digest] = imageDigests(manifest)
  const image = digest === undefined ? manifest : await parts.manifest(repository, { digest })
  return image && imageConfigDigest(image)
}

/** The labels of an image in the repository; `undefined` if there is no image configuration. */
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

/** Reads JSON from the storage behind ECR, with a presigned URL. */
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
