import { Failure, reason } from './failure.ts'

/** What was asked of AWS, for the line about its failure. */
export interface AwsCall {
  /** The IAM action: `ecr:CreateRepository`. */
  readonly action: string
  readonly region: string
  /** Where the credentials came from, in words. */
  readonly source: string
  /** The repository, where the call is about one. */
  readonly repository?: string
}

const name = (error: unknown): string => (error instanceof Error ? error.name : '')

/** The first system error code in an error and its causes: `ECONNREFUSED`. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code)) return error.code
  if (error instanceof AggregateError) return error.errors.map(systemCode).find((code) => code !== undefined)
  return systemCode(error.cause)
}

function denied(message: string, call: AwsCall): string {
  const [, principal, action, resource] =
    /^User: (\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(message) ?? []
  const statement = JSON.stringify({ Effect: 'Allow', Action: action ?? call.action, Resource: resource ?? '*' })
  return `AWS denies ${action ?? call.action} to ${principal ?? 'this identity'}. Add this statement to its IAM policy: ${statement}`
}

function line(error: unknown, call: AwsCall): string | undefined {
  const message = reason(error)
  switch (name(error)) {
    case 'AccessDeniedException':
    case 'AccessDenied':
      return denied(message, call)
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return `AWS does not know the access key from ${call.source}: ${message} Check that the key is active and belongs to this partition.`
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return `AWS refuses the secret access key from ${call.source}: it does not belong to the access key id. Check for a missing or added character.`
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return `The AWS session from ${call.source} has expired. Get new credentials before this step.`
    case 'MissingAuthenticationTokenException':
      return `AWS got no credentials from ${call.source}.`
    case 'CredentialsProviderError':
      return "No AWS credentials: there are no key inputs, and the runner's environment, files and metadata service have none. Give 'access_key_id' and 'secret_access_key', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY on the runner."
    case 'ThrottlingException':
    case 'TooManyRequestsException':
      return `AWS still throttles ${call.action} in ${call.region} after all retries (${message}). Run fewer jobs at once, or ask AWS for a higher quota.`
    default:
      return undefined
  }
}

/** The `Failure` for what the SDK threw, with the cure where there is one. */
export function awsFailure(error: unknown, call: AwsCall): Failure {
  if (error instanceof Failure) return error
  const code = systemCode(error)
  const subject = `${call.action}${call.repository === undefined ? '' : ` for repository '${call.repository}'`}`
  const text =
    line(error, call) ??
    (code === undefined
      ? `${subject} failed in ${call.region}: ${name(error)}: ${reason(error)}`
      : `${subject} failed: AWS cannot be reached in region ${call.region} (${code}). Check the region's name, the network and the proxy of the runner.`)
  return new Failure(text, { cause: error })
}
