import { ApiError, invalidParameter } from '../api-error.ts'
import { partitionOf } from '../model/arn.ts'
import { normalizePolicy, verdict } from '../model/policy.ts'
import { serviceOf } from '../model/public-registry.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { type Operation, place, repositoryOf } from './operation.ts'

export const SetRepositoryPolicy: Operation = async (request) => {
  const { input, caller } = request
  const { registry, repository } = repositoryOf(request)
  const text = input.string('policyText')
  const service = serviceOf(registry)
  const policyText = normalizePolicy(text, partitionOf(registry.region), service)
  const lockedOut = verdict(policyText, caller, `${service}:SetRepositoryPolicy`) === 'deny'
  if (lockedOut && !input.boolean('force')) {
    throw invalidParameter(
      'PolicyText',
      'The policy would prevent you from setting another policy; use force to set it',
    )
  }
  repository.settings.repositoryPolicy = policyText
  await registry.save(repository)
  return { ...place(registry, repository), policyText }
}

export const GetRepositoryPolicy: Operation = (request) => {
  const { registry, repository } = repositoryOf(request)
  return { ...place(registry, repository), policyText: policyOf(registry, repository) }
}

export const DeleteRepositoryPolicy: Operation = async (request) => {
  const { registry, repository } = repositoryOf(request)
  const policyText = policyOf(registry, repository)
  delete repository.settings.repositoryPolicy
  await registry.save(repository)
  return { ...place(registry, repository), policyText }
}

function policyOf(registry: Registry, repository: Repository): string {
  const policy = repository.settings.repositoryPolicy
  if (policy !== undefined) return policy
  throw new ApiError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
  )
}
