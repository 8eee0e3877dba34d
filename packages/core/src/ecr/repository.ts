import type { CreateRepositoryCommandInput, Repository as SdkRepository } from '@aws-sdk/client-ecr'
import { isUsualHost } from './registry-host.ts'

/**
 * Whether a tag may be moved to another image: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'

/** Encryption of the layers; set at creation and immutable. */
export type EncryptionType = 'AES256' | 'KMS' | 'KMS_DSSE'

export interface Repository {
  readonly name: string
  /** Registry host and name: the part of an image reference before `:` or `@`. */
  readonly uri: string
  /** Host of the registry, including its port if it has one. */
  readonly registry: string
  readonly arn: string
  readonly registryId: string
  /** `MUTABLE`, `IMMUTABLE` or one of the two with `_WITH_EXCLUSION`. */
  readonly tagMutability: string
  /** Exempt tags, with `*` as a wildcard, for the mutabilities `…_WITH_EXCLUSION`. */
  readonly exclusions: readonly string[]
  /** `AES256`, `KMS` or `KMS_DSSE`. */
  readonly encryptionType: string
  /** ARN of the key, if the encryption uses one. */
  readonly kmsKey: string | undefined
  readonly scanOnPush: boolean
}

/** Settings for the creation of a repository; absent ones use AWS's defaults. */
export interface CreationSettings {
  readonly tagMutability?: TagMutability
  readonly exclusions?: readonly string[]
  readonly scanOnPush?: boolean
  readonly encryptionType?: EncryptionType
  /** ID, alias or ARN; defaults to the key that AWS manages for ECR. */
  readonly kmsKey?: string
  readonly resourceTags?: Readonly<Record<string, string>>
}

/**
 * The repository in an ECR response; `undefined` if the response contains none.
 *
 * @param host the registry host, if it was given; a FIPS or dual-stack host, which the response never contains, is kept
 */
export function repositoryOf(found: SdkRepository | undefined, host?: string): Repository | undefined {
  if (found?.repositoryName === undefined || found.repositoryUri === undefined) return undefined
  const named = found.repositoryUri.slice(0, found.repositoryUri.indexOf('/'))
  const registry = host === undefined || isUsualHost(host) ? named : host
  return {
    name: found.repositoryName,
    uri: registry + found.repositoryUri.slice(named.length),
    registry,
    arn: found.repositoryArn ?? '',
    registryId: found.registryId ?? '',
    tagMutability: found.imageTagMutability ?? 'MUTABLE',
    exclusions: (found.imageTagMutabilityExclusionFilters ?? []).map(({ filter }) => filter ?? ''),
    encryptionType: found.encryptionConfiguration?.encryptionType ?? 'AES256',
    kmsKey: found.encryptionConfiguration?.kmsKey,
    scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false,
  }
}

/** The two members that ECR requires together, or only the first for a mutability without exclusions. */
export const mutabilityInput = (imageTagMutability: TagMutability, exclusions: readonly string[]) => ({
  imageTagMutability,
  ...(exclusions.length > 0 && {
    imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: 'WILDCARD' as const, filter })),
  }),
})

export const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** The settings as input of `CreateRepository`. */
export const creationInput = (settings: CreationSettings): Omit<CreateRepositoryCommandInput, 'repositoryName'> => ({
  ...(settings.tagMutability && mutabilityInput(settings.tagMutability, settings.exclusions ?? [])),
  ...(settings.scanOnPush !== undefined && { imageScanningConfiguration: { scanOnPush: settings.scanOnPush } }),
  ...(settings.encryptionType && {
    encryptionConfiguration: {
      encryptionType: settings.encryptionType,
      ...(settings.kmsKey !== undefined && { kmsKey: settings.kmsKey }),
    },
  }),
  ...(settings.resourceTags && { tags: tagList(settings.resourceTags) }),
})
