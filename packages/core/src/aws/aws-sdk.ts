/**
 * The parts of the AWS SDK that steps need, and no more: the ECR client has only the calls that some step makes. Only
 * `load-sdk.ts` imports this file, with `import()`: it takes longer to load than the rest of an action, and a step that
 * has something to start before its first call need not wait for it.
 */
import type { ECR as AnyEcr, ECRClientConfig } from '@aws-sdk/client-ecr'
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
import { createAggregatedClient } from '@smithy/core/client'

export { partition } from '@aws-sdk/core/client'
export { SignatureV4 } from '@smithy/signature-v4'
export { PutImageCommand }

const COMMANDS = {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
}

type CallOf<Command> = Command extends `${infer Name}Command` ? Uncapitalize<Name> : never

/** ECR's client with a method for each of the calls. */
export interface ECR extends ECRClient, Pick<AnyEcr, CallOf<keyof typeof COMMANDS>> {}

class Client extends ECRClient {}
createAggregatedClient(COMMANDS, Client)

export const ECR = Client as new (configuration: ECRClientConfig) => ECR

/** Loaded from here, so that a bundler knows which parts are already loaded. Many steps do not need it. */
export const loadSts = () => import('./aws-sdk-sts.ts')

/** The SDK's own credential readers. Many steps do not need them either. */
export const loadProfiles = () => import('./aws-sdk-profiles.ts')
export const loadContainer = () => import('./aws-sdk-container.ts')
export const loadMachine = () => import('./aws-sdk-machine.ts')
