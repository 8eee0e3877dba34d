import { invalidParameter } from '../api-error.ts'
import { rendition } from '../model/conversion.ts'
import { recordPull } from '../model/images.ts'
import { putImage } from '../model/push.ts'
import { imageIds, lookUp } from './image-ids.ts'
import { type Operation, place, repositoryOf } from './operation.ts'

/** Allows longer tags than the registry protocol. */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}$/

export const PutImage: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const imageManifest = input.string('imageManifest')
  const imageTag = input.optional('imageTag')
  if (imageTag !== undefined && !TAG.test(imageTag)) {
    throw invalidParameter('imageTag', "must satisfy regular expression '[a-zA-Z0-9-_.]+'")
  }
  const push = {
    content: Buffer.from(imageManifest),
    mediaType: input.optional('imageManifestMediaType'),
    tag: imageTag,
    digest: input.optional('imageDigest'),
    now: ecr.settings.now(),
  }
  const { digest: imageDigest, mediaType: imageManifestMediaType } = await putImage(
    registry,
    repository,
    push,
    ecr.blobs,
  )
  const imageId = { imageDigest, imageTag }
  return { image: { ...place(registry, repository), imageId, imageManifest, imageManifestMediaType } }
}

export const BatchGetImage: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const accepted = input.strings('acceptedMediaTypes') ?? []
  const images: object[] = []
  const failures: object[] = []
  for (const id of imageIds(input) ?? input.missing('imageIds')) {
    const image = lookUp(request, { registry, repository }, id)
    if ('failureCode' in image) {
      failures.push(image)
      continue
    }
    const stored = await ecr.blobs.read(image.digest)
    const byTag = id.imageDigest === undefined
    const { content, mediaType } = rendition(stored, image.mediaType, byTag ? accepted : [])
    images.push({
      ...place(registry, repository),
      imageId: { ...id, imageDigest: image.digest },
      imageManifest: content.toString(),
      imageManifestMediaType: mediaType,
    })
    recordPull(repository, image, ecr.settings.now())
  }
  if (images.length > 0) await registry.save(repository)
  return { images, failures }
}
