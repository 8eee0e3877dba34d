import { ApiError } from '../api-error.ts'
import type { Blobs } from '../store/blobs.ts'
import type { Upload, Uploads } from '../store/uploads.ts'
import type { Registry } from './registry.ts'
import type { Repository } from './repository.ts'

/** Only the last part may be smaller. */
const SMALLEST_PART = 5 * 1024 * 1024

/** @throws ApiError UploadNotFoundException */
export function findUpload(uploads: Uploads, registry: Registry, repository: Repository, id: string): Upload {
  const upload = uploads.find(registry, repository.name, id)
  if (upload) return upload
  throw new ApiError(
    'UploadNotFoundException',
    `The upload with id '${id}' in the repository with name '${repository.name}' in registry with id '${registry.account}' does not exist`,
  )
}

/**
 * Appends one part.
 *
 * @param firstByte the client's offset; undefined if it gives none
 * @throws ApiError InvalidLayerPartException if the offset differs
 */
export function appendPart(
  uploads: Uploads,
  registry: Registry,
  upload: Upload,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  firstByte: number | undefined,
): Promise<void> {
  return uploads.append(upload, source, () => {
    if (firstByte === undefined || firstByte === upload.size) return
    throw new ApiError(
      'InvalidLayerPartException',
      `First byte of the layer part is ${firstByte} instead of ${upload.size}`,
      {
        fields: {
          registryId: registry.account,
          repositoryName: upload.repository,
          uploadId: upload.id,
          lastValidByteReceived: upload.size - 1,
        },
      },
    )
  })
}

/**
 * Creates a layer of the repository from an upload that has one of the digests.
 *
 * @returns that digest
 */
export async function completeUpload(
  { uploads, blobs }: { uploads: Uploads; blobs: Blobs },
  registry: Registry,
  repository: Repository,
  upload: Upload,
  digests: readonly string[],
): Promise<string> {
  await upload.tail
  // Another request may have completed it in the meantime.
  findUpload(uploads, registry, repository, upload.id)
  const digest = uploads.digest(upload)
  const problem = problemOf(upload, registry, digests.includes(digest))
  if (problem) {
    await uploads.cancel(upload)
    throw problem
  }
  uploads.release(upload)
  await blobs.adopt(upload.path, digest)
  if (!repository.layers.has(digest)) repository.layers.set(digest, { size: upload.size })
  await registry.save(repository)
  return digest
}

function problemOf({ id, repository, parts }: Upload, registry: Registry, asPromised: boolean): ApiError | undefined {
  if (parts.length === 0) {
    return new ApiError(
      'EmptyUploadException',
      `The upload with id '${id}' in the repository with name '${repository}' in registry with id '${registry.account}' cannot be completed because it does not have any parts`,
    )
  }
  if (parts.slice(0, -1).some((size) => size < SMALLEST_PART)) {
    return new ApiError('LayerPartTooSmallException', 'All layer parts except the last part should be at least 5MB')
  }
  if (asPromised) return undefined
  return new ApiError('InvalidLayerException', 'None of the provided layer digests match the calculated layer digest')
}
