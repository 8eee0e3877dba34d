/**
 * What the steps that call AWS need of its SDK. Nothing imports this file but with `import()`: it takes longer to load
 * than all else of an action together, and a step that has something to start before its first call need not wait for it.
 */
export { ECR, PutImageCommand } from '@aws-sdk/client-ecr'
export { partition } from '@aws-sdk/core/client'
export { defaultProvider } from '@aws-sdk/credential-provider-node'
export { SignatureV4 } from '@smithy/signature-v4'

/** From here, so that a bundler knows what of it is loaded already. Many steps have no use for it. */
export const loadSts = () => import('@aws-sdk/client-sts')
