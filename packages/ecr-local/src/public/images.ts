import { imageIds } from '../api/image-ids.ts'
import { allImages, imageIdsFrom } from '../api/listed-images.ts'
import { type Operation, place, repositoryOf, seconds } from '../api/operation.ts'
import { demandNoPage, type Place, pageFrom } from '../api/page.ts'
import type { Image } from '../model/image.ts'
import { findImage } from '../model/images.ts'
import type { Repository } from '../model/repository.ts'

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
  const { items, nextToken } = pageFrom(allImages(repository), input)
  return { imageDetails: items.map(detail), nextToken }
}

export const DescribeImageTags: Operation = (request) => {
  const { repository } = repositoryOf(request)
  const { items, nextToken } = pageFrom((from) => tagsFrom(repository, from), request.input)
  const imageTagDetails = items.map(({ imageTag, image }) => ({
    imageTag,
    createdAt: seconds(image.pushedAt),
    imageDetail: imageDetail(image),
  }))
  return { imageTagDetails, nextToken }
}

function* tagsFrom(
  repository: Repository,
  from: Place,
): Iterable<readonly [Place, { imageTag: string; image: Image }]> {
  for (const [place, { imageDigest, imageTag }] of imageIdsFrom(repository, allImages(repository), from)) {
    const image = repository.images.get(imageDigest ?? '')
    if (image && imageTag !== undefined) yield [place, { imageTag, image }]
  }
}

const imageDetail = ({ digest, size, pushedAt, mediaType, artifactType }: Image) => ({
  imageDigest: digest,
  imageSizeInBytes: size,
  imagePushedAt: seconds(pushedAt),
  imageManifestMediaType: mediaType,
  artifactMediaType: artifactType,
})
