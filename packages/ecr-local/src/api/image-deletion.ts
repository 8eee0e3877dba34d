import { deleteImage } from '../model/images.ts'
import { imageIds, lookUp } from './image-ids.ts'
import { type Operation, repositoryOf } from './operation.ts'

export const BatchDeleteImage: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const deleted: object[] = []
  const failures: object[] = []
  for (const imageId of imageIds(request.input) ?? request.input.missing('imageIds')) {
    const image = lookUp(request, { registry, repository }, imageId)
    if ('failureCode' in image) {
      failures.push(image)
      continue
    }
    const outcome = deleteImage(repository, image, imageId)
    if ('parents' in outcome) {
      const failureReason = `Requested image referenced by manifest list: [${outcome.parents.join(', ')}]`
      failures.push({ imageId, failureCode: 'ImageReferencedByManifestList', failureReason })
    } else {
      deleted.push(...outcome.ids)
    }
  }
  if (deleted.length > 0) await registry.save(repository)
  return { imageIds: deleted, failures }
}
