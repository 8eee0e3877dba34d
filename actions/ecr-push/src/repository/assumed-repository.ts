import type { Repository } from '@container-actions/core'

/** A repository of which ECR told nothing, as ECR makes one that it is told nothing about; without a host, its name alone. */
export const assumedRepository = (
  name: string,
  { registry, arn, registryId }: Pick<Repository, 'registry' | 'arn' | 'registryId'>,
): Repository => ({
  ...{ name, registry, arn, registryId, uri: registry === '' ? name : `${registry}/${name}` },
  ...{ tagMutability: 'MUTABLE', exclusions: [], encryptionType: 'AES256', kmsKey: undefined, scanOnPush: false },
})
