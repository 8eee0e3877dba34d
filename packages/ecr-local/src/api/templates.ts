import { ApiError } from '../api-error.ts'
import { partitionOf } from '../model/arn.ts'
import { normalizePolicy } from '../model/policy.ts'
import type { Registry } from '../model/registry.ts'
import type { CreationTemplate } from '../model/registry-settings.ts'
import type { RepositorySettings } from '../model/repository.ts'
import type { Input } from './input.ts'
import { normalizeLifecyclePolicy } from './lifecycle.ts'
import { type Operation, registryOf, seconds } from './operation.ts'
import { page } from './page.ts'
import { settingsFrom, tagList } from './repository-settings.ts'

export const CreateRepositoryCreationTemplate: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const prefix = prefixFrom(input)
  if (registry.settings.templates[prefix]) {
    throw new ApiError(
      'TemplateAlreadyExistsException',
      `The repository creation template with prefix '${prefix}' already exists in the registry with id '${registry.account}'`,
    )
  }
  const now = ecr.settings.now()
  const appliedFor = input.strings('appliedFor') ?? input.missing('appliedFor')
  return save(registry, {
    prefix,
    description: input.optional('description'),
    appliedFor,
    customRoleArn: input.optional('customRoleArn'),
    settings: templateSettings(input, registry),
    createdAt: now,
    updatedAt: now,
  })
}

/** Members that are absent from the request are not changed. */
export const UpdateRepositoryCreationTemplate: Operation = async (request) => {
  const { input, ecr } = request
  const registry = registryOf(request)
  const before = templateOf(registry, prefixFrom(input))
  const given = templateSettings(input, registry)
  const settings: RepositorySettings = { ...before.settings }
  if (input.has('imageTagMutability')) {
    settings.imageTagMutability = given.imageTagMutability
    settings.exclusionFilters = given.exclusionFilters
  }
  if (input.has('encryptionConfiguration')) settings.encryption = given.encryption
  if (input.has('resourceTags')) settings.resourceTags = given.resourceTags
  if (given.repositoryPolicy !== undefined) settings.repositoryPolicy = given.repositoryPolicy
  if (given.lifecyclePolicy !== undefined) settings.lifecyclePolicy = given.lifecyclePolicy
  return save(registry, {
    ...before,
    description: input.optional('description') ?? before.description,
    appliedFor: input.strings('appliedFor') ?? before.appliedFor,
    customRoleArn: input.optional('customRoleArn') ?? before.customRoleArn,
    settings,
    updatedAt: ecr.settings.now(),
  })
}

export const DescribeRepositoryCreationTemplates: Operation = (request) => {
  const { input } = request
  const registry = registryOf(request)
  const prefixes = input.strings('prefixes')
  const templates =
    prefixes?.map((prefix) => templateOf(registry, prefix)) ?? Object.values(registry.settings.templates)
  const { items, nextToken } = page(templates, input)
  return { registryId: registry.account, repositoryCreationTemplates: items.map(shape), nextToken }
}

export const DeleteRepositoryCreationTemplate: Operation = async (request) => {
  const registry = registryOf(request)
  const template = templateOf(registry, prefixFrom(request.input))
  delete registry.settings.templates[template.prefix]
  await registry.saveSettings()
  return { registryId: registry.account, repositoryCreationTemplate: shape(template) }
}

async function save(registry: Registry, template: CreationTemplate) {
  registry.settings.templates[template.prefix] = template
  await registry.saveSettings()
  return { registryId: registry.account, repositoryCreationTemplate: shape(template) }
}

function templateOf(registry: Registry, prefix: string): CreationTemplate {
  const template = registry.settings.templates[prefix]
  if (template) return template
  throw new ApiError(
    'TemplateNotFoundException',
    `The repository creation template with prefix '${prefix}' does not exist in the registry with id '${registry.account}'`,
  )
}

/** A trailing slash is ignored. */
const prefixFrom = (input: Input) => input.string('prefix').replace(/\/$/, '')

function templateSettings(input: Input, registry: Registry): RepositorySettings {
  const policy = input.optional('repositoryPolicy')
  const lifecycle = input.optional('lifecyclePolicy')
  return {
    ...settingsFrom(input, registry, 'resourceTags'),
    ...(policy !== undefined && { repositoryPolicy: normalizePolicy(policy, partitionOf(registry.region)) }),
    ...(lifecycle !== undefined && { lifecyclePolicy: normalizeLifecyclePolicy(lifecycle) }),
  }
}

function shape({ settings, createdAt, updatedAt, ...template }: CreationTemplate) {
  const { imageTagMutability, exclusionFilters, encryption, resourceTags, repositoryPolicy, lifecyclePolicy } = settings
  return {
    ...template,
    encryptionConfiguration: encryption,
    resourceTags: tagList(resourceTags),
    imageTagMutability,
    ...(exclusionFilters.length > 0 && { imageTagMutabilityExclusionFilters: exclusionFilters }),
    repositoryPolicy,
    lifecyclePolicy,
    createdAt: seconds(createdAt),
    updatedAt: seconds(updatedAt),
  }
}
