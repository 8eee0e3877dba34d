import { imageIds } from '../api/image-ids.ts'
import { type Operation, place, repositoryOf, seconds } from '../api/operation.ts'
import { demandNoPage, page } from '../api/page.ts'
import { findImage } from '../model/images.ts'
import type { Image } from '../model/repository.ts'

export const DescribeImages: Operation = (request) => {
  const { input } = request
  const { registry, repository } = repositoryOf(request)
  const detail = (image: Image) => {
    const imageTags = repository.tagsOf(image.digest)
    return { ...place(registry, repository), ...imageDetail(image), ...(imageTags.length > 0 && { imageTags }) }
  }
  const ids = imageIds(input)
  if (ids) {
    demandNoPage(input, 'imageIds')
    const images = new Set(ids.map((id) => findImage(registry, repository, id)))
    return { imageDetails: [...images].map(detail) }
  }
  const { items, nextToken } = page([...repository.images.values()], input)
  return { imageDetails: items.map(detail), nextToken }
}

export const DescribeImageTags: Operation = (request) => {
  const { repository } = repositoryOf(request)
  const { items, nextToken } = page([...repository.tags], request.input)
  const imageTagDetails = items.flatMap(([imageTag, digest]) => {
    const image = repository.images.get(digest)
    return image ? [{ imageTag, createdAt: seconds(image.pushedAt), imageDetail: imageDetail(image) }] : []
  })
  return { imageTagDetails, nextToken }
}

const imageDetail = ({ digest, size, pushedAt, mediaType, artifactType }: Image) => ({
  imageDigest: digest,
  imageSizeInBytes: size,
  imagePushedAt: seconds(pushedAt),
  imageManifestMediaType: mediaType,
  artifactMediaType: artifactType,
})
