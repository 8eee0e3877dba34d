import { ApiError } from '../api-error.ts'
import { parseLifecyclePolicy } from '../model/lifecycle-policy.ts'
import { type Affected, affectedBy } from '../model/lifecycle-preview.ts'
import type { Repository } from '../model/repository.ts'
import { imageIds } from './image-ids.ts'
import { lifecyclePolicyOf, normalizeLifecyclePolicy } from './lifecycle.ts'
import { type Operation, place, repositoryOf, seconds } from './operation.ts'
import { demandNoPage, page } from './page.ts'

interface Preview {
  readonly text: string
  readonly affected: readonly Affected[]
}

/** Previews are results, not settings: they are lost with the process, as they are on AWS after a while. */
const previews = new WeakMap<Repository, Preview>()

export const StartLifecyclePolicyPreview: Operation = (request) => {
  const { input, ecr } = request
  const { registry, repository } = repositoryOf(request)
  const given = input.optional('lifecyclePolicyText')
  const text = given === undefined ? lifecyclePolicyOf(registry, repository) : normalizeLifecyclePolicy(given)
  previews.set(repository, { text, affected: affectedBy(parseLifecyclePolicy(text), repository, ecr.settings.now()) })
  return { ...place(registry, repository), lifecyclePolicyText: text, status: 'IN_PROGRESS' }
}

export const GetLifecyclePolicyPreview: Operation = (request) => {
  const { input } = request
  const { registry, repository } = repositoryOf(request)
  const preview = previews.get(repository)
  if (!preview) {
    throw new ApiError(
      'LifecyclePolicyPreviewNotFoundException',
      `Lifecycle policy preview does not exist for the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
    )
  }
  const wanted = imageIds(input)
  if (wanted) demandNoPage(input, 'imageIds')
  const tagStatus = input.object('filter')?.optional('tagStatus') ?? 'ANY'
  const results = preview.affected.filter(({ image: { digest } }) => {
    const tags = repository.tagsOf(digest)
    if (tagStatus !== 'ANY' && tags.length > 0 !== (tagStatus === 'TAGGED')) return false
    return wanted?.some((id) => id.imageDigest === digest || tags.includes(id.imageTag ?? '')) ?? true
  })
  const { items, nextToken } = page(results, input)
  return {
    ...place(registry, repository),
    lifecyclePolicyText: preview.text,
    status: 'COMPLETE',
    nextToken,
    previewResults: items.map((item) => result(repository, item)),
    summary: summary(preview.affected),
  }
}

const result = (repository: Repository, { image, rule }: Affected) => ({
  imageTags: repository.tagsOf(image.digest),
  imageDigest: image.digest,
  imagePushedAt: seconds(image.pushedAt),
  action: {
    type: rule.action.type.toUpperCase(),
    targetStorageClass: rule.action.type === 'transition' ? 'ARCHIVE' : undefined,
  },
  appliedRulePriority: rule.rulePriority,
  storageClass: 'STANDARD',
})

function summary(affected: readonly Affected[]) {
  const expiring = affected.filter(({ rule }) => rule.action.type === 'expire').length
  const imageTotalCount = affected.length - expiring
  return {
    expiringImageTotalCount: expiring,
    transitioningImageTotalCounts: imageTotalCount > 0 ? [{ targetStorageClass: 'ARCHIVE', imageTotalCount }] : [],
  }
}
