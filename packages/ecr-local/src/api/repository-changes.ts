import { type Operation, place, repositoryOf } from './operation.ts'
import { mutabilityFrom } from './repository-settings.ts'

export const PutImageTagMutability: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  request.input.string('imageTagMutability')
  Object.assign(repository.settings, mutabilityFrom(request.input))
  await registry.save(repository)
  const { imageTagMutability, exclusionFilters } = repository.settings
  return {
    ...place(registry, repository),
    imageTagMutability,
    ...(exclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: exclusionFilters }),
  }
}

export const PutImageScanningConfiguration: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const scanOnPush = request.input.required('imageScanningConfiguration').boolean('scanOnPush') ?? false
  repository.settings.scanOnPush = scanOnPush
  await registry.save(repository)
  return { ...place(registry, repository), imageScanningConfiguration: { scanOnPush } }
}
