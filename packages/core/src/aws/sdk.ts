/**
 * What the steps that call AWS need of its SDK. Nothing imports this file but with `import()`: it takes longer to load
 * than all else of an action together, and a step that has something to start before its first call need not wait for it.
 */
export { ECR, PutImageCommand } from '@aws-sdk/client-ecr'
export { partition } from '@aws-sdk/core/client'
export { SignatureV4 } from '@smithy/signature-v4'

/** From here, so that a bundler knows what of it is loaded already. Many steps have no use for it. */
export const loadSts = () => import('@aws-sdk/client-sts')

/** The SDK's own readers of credentials. Many steps have no use for them either. */
export const loadProfiles = () => import('./sdk-profiles.ts')
export const loadContainer = () => import('@aws-sdk/credential-provider-http')
export const loadMachine = () => import('@smithy/credential-provider-imds')
