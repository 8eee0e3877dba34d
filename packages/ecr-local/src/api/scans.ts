import { ApiError } from '../api-error.ts'
import type { Image } from '../model/image.ts'
import { findImage, type ImageId, idText } from '../model/images.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { type ScanAnswer, severityCounts } from '../model/scan.ts'
import { imageIdFrom } from './image-ids.ts'
import { type Operation, place, repositoryOf, seconds } from './operation.ts'
import { page } from './page.ts'

const DAY = 24 * 60 * 60 * 1000

export const StartImageScan: Operation = async (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const id = imageIdFrom(input.required('imageId'))
  const image = findImage(registry, repository, id)
  const now = ecr.settings.now()
  if (image.isIndex) {
    throw new ApiError(
      'UnsupportedImageTypeException',
      `The image with imageId ${idText(id)} is of a type that cannot be scanned`,
    )
  }
  if (image.scan && now - image.scan.startedAt < DAY) {
    throw new ApiError('LimitExceededException', 'The scan quota per image has been exceeded. Wait and try again.')
  }
  repository.images.update(image.digest, { scan: { startedAt: now, answers: image.scan?.answers ?? [] } })
  await registry.save(repository)
  return { ...place(registry, repository), imageId: fullId(id, image), imageScanStatus: { status: 'IN_PROGRESS' } }
}

export const DescribeImageScanFindings: Operation = async (request) => {
  const { input } = request
  const { registry, repository } = repositoryOf(request)
  const id = imageIdFrom(input.required('imageId'))
  const image = findImage(registry, repository, id)
  const answer = await nextAnswer(registry, repository, image)
  if (!answer || answer.status === 'NOT_FOUND') {
    throw new ApiError(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '${idText(id)}' in the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
    )
  }
  const { status, description = DESCRIPTIONS[status] } = answer
  const head = { ...place(registry, repository), imageId: fullId(id, image), imageScanStatus: { status, description } }
  if (status !== 'COMPLETE' && status !== 'ACTIVE') return head
  const all = [...(answer.findings ?? []), ...(answer.enhancedFindings ?? [])]
  const { items, nextToken } = page(all, input)
  const at = seconds(image.scan?.startedAt ?? 0)
  const imageScanFindings = {
    imageScanCompletedAt: at,
    vulnerabilitySourceUpdatedAt: at,
    findingSeverityCounts: severityCounts(all),
    ...(answer.enhancedFindings ? { enhancedFindings: items } : { findings: items }),
  }
  return { ...head, imageScanFindings, nextToken }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  COMPLETE: 'The scan was completed successfully.',
  ACTIVE: 'Continuous scan is selected for image.',
}

/**
 * The configured results for the image, in order; a scan without configured results completes immediately without
 * findings.
 */
async function nextAnswer(
  registry: Registry,
  repository: Repository,
  { digest, scan }: Image,
): Promise<ScanAnswer | undefined> {
  if (!scan) return undefined
  const [first, ...rest] = scan.answers
  if (rest.length > 0) {
    repository.images.update(digest, { scan: { ...scan, answers: rest } })
    await registry.save(repository)
  }
  return first ?? { status: 'COMPLETE' }
}

const fullId = (id: ImageId, { digest: imageDigest }: Image): ImageId => ({ ...id, imageDigest })
