/**
 * The parts of the AWS SDK that steps need. Import this file only with `import()`: it takes longer to load than the
 * rest of an action, and a step that has something to start before its first call need not wait for it.
 */
export { ECR, PutImageCommand } from '@aws-sdk/client-ecr'
export { partition } from '@aws-sdk/core/client'
export { SignatureV4 } from '@smithy/signature-v4'

/** Loaded from here, so that a bundler knows which parts are already loaded. Many steps do not need it. */
export const loadSts = () => import('@aws-sdk/client-sts')

/** The SDK's own credential readers. Many steps do not need them either. */
export const loadProfiles = () => import('./sdk-profiles.ts')
export const loadContainer = () => import('@aws-sdk/credential-provider-http')
export const loadMachine = () => import('@smithy/credential-provider-imds')
