import type { Repository } from '@container-actions/core'

/** A repository not yet read, with ECR's defaults; `uri` is the bare name if the registry is unknown. */
export const assumedRepository = (
  name: string,
  { registry, arn, registryId }: Pick<Repository, 'registry' | 'arn' | 'registryId'>,
): Repository => ({
  ...{ name, registry, arn, registryId, uri: registry === '' ? name : `${registry}/${name}` },
  ...{ tagMutability: 'MUTABLE', exclusions: [], encryptionType: 'AES256', kmsKey: undefined, scanOnPush: false },
})
