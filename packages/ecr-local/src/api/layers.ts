import { ApiError, invalidParameter } from '../api-error.ts'
import { appendPart, completeUpload, findUpload } from '../model/layers.ts'
import { isDigest } from '../store/blobs.ts'
import { type Operation, place, repositoryOf } from './operation.ts'

/** The part size that ECR requests from clients. */
const PART_SIZE = 20 * 1024 * 1024

export const BatchCheckLayerAvailability: Operation = (request) => {
  const { repository } = repositoryOf(request)
  const digests = request.input.strings('layerDigests') ?? request.input.missing('layerDigests')
  const failures = digests
    .filter((digest) => !isDigest(digest))
    .map((layerDigest) => ({
      layerDigest,
      failureCode: 'InvalidLayerDigest',
      failureReason:
        "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    }))
  const layers = digests.filter(isDigest).map((layerDigest) => {
    const layer = repository.layers.get(layerDigest)
    if (!layer) return { layerDigest, layerAvailability: 'UNAVAILABLE' }
    return { layerDigest, layerAvailability: 'AVAILABLE', layerSize: layer.size, mediaType: layer.mediaType }
  })
  return { layers, failures }
}

export const InitiateLayerUpload: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const { id } = await request.ecr.uploads.begin(registry, repository.name)
  return { uploadId: id, partSize: PART_SIZE }
}

export const UploadLayerPart: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const upload = findUpload(ecr.uploads, registry, repository, input.string('uploadId'))
  const firstByte = input.integer('partFirstByte') ?? input.missing('partFirstByte')
  const lastByte = input.integer('partLastByte') ?? input.missing('partLastByte')
  const part = Buffer.from(input.string('layerPartBlob'), 'base64')
  if (part.length !== lastByte - firstByte + 1) {
    throw invalidParameter('layerPartBlob', 'Member must have as many bytes as partFirstByte and partLastByte say')
  }
  await appendPart(ecr.uploads, registry, upload, [part], firstByte)
  return { ...place(registry, repository), uploadId: upload.id, lastByteReceived: upload.size - 1 }
}

export const CompleteLayerUpload: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const upload = findUpload(ecr.uploads, registry, repository, input.string('uploadId'))
  const digests = input.strings('layerDigests') ?? input.missing('layerDigests')
  const known = digests.find((digest) => repository.layers.has(digest))
  if (known !== undefined) {
    throw new ApiError(
      'LayerAlreadyExistsException',
      `The layer with digest '${known}' already exists in the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
    )
  }
  const layerDigest = await completeUpload(ecr, registry, repository, upload, digests)
  return { ...place(registry, repository), uploadId: upload.id, layerDigest }
}

/** A URL that requires no credentials and is valid for an hour, like AWS's presigned URLs. */
export const GetDownloadUrlForLayer: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const layerDigest = input.string('layerDigest')
  if (!repository.layers.has(layerDigest)) {
    throw new ApiError(
      'LayersNotFoundException',
      `The layer with digest '${layerDigest}' does not exist within the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
    )
  }
  return { downloadUrl: `http://${await ecr.hosts.of(registry)}${ecr.downloads.sign(layerDigest)}`, layerDigest }
}
