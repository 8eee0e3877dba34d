import type { Image } from '../model/image.ts'
import { findImage } from '../model/images.ts'
import type { Repository } from '../model/repository.ts'
import { imageIds } from './image-ids.ts'
import type { Input } from './input.ts'
import { allImages, imageIdsFrom } from './listed-images.ts'
import { type Operation, place, repositoryOf, seconds } from './operation.ts'
import { demandNoPage, type Place, pageFrom } from './page.ts'

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
  const { items, nextToken } = pageFrom(filtered(repository, input), input)
  return { imageDetails: items.map(detail), nextToken }
}

export const ListImages: Operation = (request) => {
  const { repository } = repositoryOf(request)
  const images = filtered(repository, request.input)
  const { items, nextToken } = pageFrom((place) => imageIdsFrom(repository, images, place), request.input)
  return { imageIds: items, nextToken }
}

/** Nothing is ever archived here, so every image is active. */
function filtered(repository: Repository, input: Input): (place: Place) => Iterable<readonly [Place, Image]> {
  const filter = input.object('filter')
  const tagStatus = filter?.optional('tagStatus') ?? 'ANY'
  const imageStatus = filter?.optional('imageStatus') ?? 'ACTIVE'
  if (imageStatus !== 'ACTIVE' && imageStatus !== 'ANY') return () => []
  const all = allImages(repository)
  if (tagStatus === 'ANY') return all
  return function* (place) {
    for (const each of all(place)) {
      if (repository.tags.isTagged(each[1].digest) === (tagStatus === 'TAGGED')) yield each
    }
  }
}

/** Without the scan members: current scanners do not set them; DescribeImageScanFindings returns them. */
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
