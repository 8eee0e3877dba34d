/** What reads a profile of the AWS files, with the place where the SDK takes another `exec` for its `credential_process`. */
export { fromIni } from '@aws-sdk/credential-provider-ini'
export { externalDataInterceptor } from '@smithy/core/config'
