import type { Image } from '../model/image.ts'
import type { ImageId } from '../model/images.ts'
import type { Repository } from '../model/repository.ts'
import type { Place } from './page.ts'

/** An image with three tags yields three IDs; one without tags yields one. */
export function* imageIdsFrom(
  repository: Repository,
  images: (place: Place) => Iterable<readonly [Place, Image]>,
  place: Place,
): Iterable<readonly [Place, ImageId]> {
  for (const [[number], { digest: imageDigest }] of images(place)) {
    const tags = repository.tagsOf(imageDigest)
    const ids = tags.length > 0 ? tags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }]
    for (let tag = number === place[0] ? place[1] : 0; tag < ids.length; tag++) {
      yield [[number, tag], ids[tag] as ImageId]
    }
  }
}

/** In push order. */
export const allImages = (repository: Repository) =>
  function* ([from]: Place): Iterable<readonly [Place, Image]> {
    for (const [number, image] of repository.images.from(from)) yield [[number, 0], image]
  }
