import { ApiError, invalidParameter } from '../api-error.ts'
import { partitionOf } from '../model/arn.ts'
import type { Registry } from '../model/registry.ts'
import type { Encryption, ExclusionFilter, RepositorySettings, TagMutability } from '../model/repository.ts'
import type { Input } from './input.ts'

const FILTERS = 'imageTagMutabilityExclusionFilters'

/** The settings in a request to create a repository or a template. */
export const settingsFrom = (input: Input, registry: Registry, tags: 'tags' | 'resourceTags'): RepositorySettings => ({
  ...mutabilityFrom(input),
  scanOnPush: input.object('imageScanningConfiguration')?.boolean('scanOnPush') ?? false,
  encryption: encryptionFrom(input.object('encryptionConfiguration'), registry),
  resourceTags: resourceTagsFrom(input.objects(tags) ?? []),
})

/** Filters are required for the two mutabilities with exclusions, and invalid for the others. */
export function mutabilityFrom(input: Input): {
  imageTagMutability: TagMutability
  exclusionFilters: ExclusionFilter[]
} {
  const imageTagMutability = (input.optional('imageTagMutability') ?? 'MUTABLE') as TagMutability
  const exclusionFilters = input.objects(FILTERS)?.map(filterFrom) ?? []
  const excludes = imageTagMutability.endsWith('_WITH_EXCLUSION')
  if (excludes === exclusionFilters.length > 0) return { imageTagMutability, exclusionFilters }
  const rule = excludes ? "can't be null" : 'must be null'
  const parameter = FILTERS.replace('i', 'I')
  throw invalidParameter(FILTERS, `${parameter} ${rule} when imageTagMutability is set as ${imageTagMutability}`)
}

function filterFrom(input: Input): ExclusionFilter {
  const filter = input.string('filter')
  if (filter.split('*').length > 3) throw invalidParameter(FILTERS, 'A filter has at most 2 wildcards')
  return { filterType: 'WILDCARD', filter }
}

/** KMS without a key means the key that AWS manages for ECR; the repository shows its ARN. */
function encryptionFrom(input: Input | undefined, { account, region }: Registry): Encryption {
  const encryptionType = input?.optional('encryptionType') ?? 'AES256'
  const kmsKey = input?.optional('kmsKey')
  if (encryptionType !== 'AES256') {
    const managed = `arn:${partitionOf(region)}:kms:${region}:${account}:key/ecr-local-aws-managed-key`
    return { encryptionType, kmsKey: kmsKey ?? managed }
  }
  if (kmsKey === undefined) return { encryptionType }
  throw invalidParameter('encryptionConfiguration', 'kmsKey must be null when encryptionType is set as AES256')
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html#tag-restrictions */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** @throws ApiError for invalid tags */
export function resourceTagsFrom(tags: readonly Input[]): Record<string, string> {
  const entries = tags.map((tag) => [tag.string('Key'), tag.string('Value')] as const)
  for (const [key, value] of entries) {
    const fits = key.length >= 1 && key.length <= 128 && value.length <= 256
    if (!fits || !TAG_TEXT.test(key) || !TAG_TEXT.test(value) || key.toLowerCase().startsWith('aws:')) {
      throw new ApiError('InvalidTagParameterException', `The tag with key '${key}' is invalid`)
    }
  }
  const unique = Object.fromEntries(entries)
  demandFewTags(unique)
  return unique
}

export function demandFewTags(tags: Record<string, string>) {
  if (Object.keys(tags).length <= 50) return
  throw new ApiError(
    'TooManyTagsException',
    'The list of tags on the repository is over the limit. The maximum number of tags that can be applied to a repository is 50.',
  )
}

export const tagList = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
