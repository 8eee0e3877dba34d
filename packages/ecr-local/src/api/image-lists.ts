import { findImage } from '../model/images.ts'
import type { Image, Repository } from '../model/repository.ts'
import { imageIds } from './image-ids.ts'
import type { Input } from './input.ts'
import { type Operation, place, repositoryOf, seconds } from './operation.ts'
import { demandNoPage, page } from './page.ts'

export const DescribeImages: Operation = (request) => {
  const { input } = request
  const { registry, repository } = repositoryOf(request)
  const detail = (image: Image) => ({ ...place(registry, repository), ...imageDetail(repository, image) })
  const ids = imageIds(input)
  if (ids) {
    demandNoPage(input, 'imageIds')
    const images = new Set(ids.map((id) => findImage(registry, repository, id)))
    return { imageDetails: [...images].map(detail) }
  }
  const { items, nextToken } = page(filtered(repository, input), input)
  return { imageDetails: items.map(detail), nextToken }
}

/** An image with three tags is three ids; one without tags is one. */
export const ListImages: Operation = (request) => {
  const { repository } = repositoryOf(request)
  const ids = filtered(repository, request.input).flatMap(({ digest: imageDigest }) => {
    const tags = repository.tagsOf(imageDigest)
    return tags.length > 0 ? tags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }]
  })
  const { items, nextToken } = page(ids, request.input)
  return { imageIds: items, nextToken }
}

/** Nothing is ever archived here, so every image is active. */
function filtered(repository: Repository, input: Input): Image[] {
  const filter = input.object('filter')
  const tagStatus = filter?.optional('tagStatus') ?? 'ANY'
  const imageStatus = filter?.optional('imageStatus') ?? 'ACTIVE'
  if (imageStatus !== 'ACTIVE' && imageStatus !== 'ANY') return []
  const tagged = new Set(repository.tags.values())
  return [...repository.images.values()].filter(
    ({ digest }) => tagStatus === 'ANY' || tagged.has(digest) === (tagStatus === 'TAGGED'),
  )
}

/** Without the scan's members: today's scanners do not fill them, DescribeImageScanFindings has them. */
function imageDetail(repository: Repository, image: Image) {
  const imageTags = repository.tagsOf(image.digest)
  return {
    imageDigest: image.digest,
    ...(imageTags.length > 0 && { imageTags }),
    imageSizeInBytes: image.size,
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactType,
    lastRecordedPullTime: image.lastPulledAt === undefined ? undefined : seconds(image.lastPulledAt),
    subjectManifestDigest: image.subject,
    imageStatus: 'ACTIVE',
  }
}
