import { ApiError } from '../api-error.ts'
import { parseLifecyclePolicy } from '../model/lifecycle-policy.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { type Operation, place, repositoryOf } from './operation.ts'

export const PutLifecyclePolicy: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const lifecyclePolicyText = normalizeLifecyclePolicy(request.input.string('lifecyclePolicyText'))
  repository.settings.lifecyclePolicy = lifecyclePolicyText
  await registry.save(repository)
  return { ...place(registry, repository), lifecyclePolicyText }
}

/** Nothing expires here, so the policy was never evaluated: in that case ECR returns the epoch. */
export const GetLifecyclePolicy: Operation = (request) => {
  const { registry, repository } = repositoryOf(request)
  const lifecyclePolicyText = lifecyclePolicyOf(registry, repository)
  return { ...place(registry, repository), lifecyclePolicyText, lastEvaluatedAt: 0 }
}

export const DeleteLifecyclePolicy: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const lifecyclePolicyText = lifecyclePolicyOf(registry, repository)
  delete repository.settings.lifecyclePolicy
  await registry.save(repository)
  return { ...place(registry, repository), lifecyclePolicyText, lastEvaluatedAt: 0 }
}

/**
 * ECR keeps the meaning, but not the whitespace.
 *
 * @throws ApiError for a policy that ECR would reject
 */
export function normalizeLifecyclePolicy(text: string): string {
  parseLifecyclePolicy(text)
  return JSON.stringify(JSON.parse(text))
}

/** @throws ApiError LifecyclePolicyNotFoundException */
export function lifecyclePolicyOf(registry: Registry, repository: Repository): string {
  const policy = repository.settings.lifecyclePolicy
  if (policy !== undefined) return policy
  throw new ApiError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
  )
}
