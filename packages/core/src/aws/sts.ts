import type { Credentials, Identity } from './credential-provider.ts'
import type { AwsHttp } from './http.ts'
import { loadSdk } from './load-sdk.ts'
import { NotAwsResponse } from './not-aws.ts'
import type { AwsKeys } from './settings.ts'

/** A request to assume a role. */
export interface RoleRequest {
  readonly arn: string
  readonly sessionName: string
  readonly durationSeconds: number | undefined
}

/** The AWS STS calls that the actions use. Errors are those of the SDK. */
export interface Sts {
  /** Requires no permission. */
  callerIdentity(keys: AwsKeys): Promise<Identity>
  assumeRole(keys: AwsKeys, role: RoleRequest, externalId: string | undefined): Promise<Credentials>
  /** Needs no keys: the token identifies the caller. */
  assumeRoleWithWebIdentity(token: string, role: RoleRequest): Promise<Credentials>
}

export interface StsOptions {
  readonly region: string
  readonly http: AwsHttp
  readonly maxAttempts: number | undefined
  readonly signal: AbortSignal
}

/** The common result of both calls that assume a role. */
interface Assumed {
  readonly Credentials?:
    | {
        readonly AccessKeyId: string | undefined
        readonly SecretAccessKey: string | undefined
        readonly SessionToken: string | undefined
        readonly Expiration: Date | undefined
      }
    | undefined
  readonly AssumedRoleUser?: { readonly Arn: string | undefined } | undefined
  readonly $metadata: { readonly httpStatusCode?: number | undefined }
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? ''

function grantOf({ Credentials, AssumedRoleUser, $metadata }: Assumed): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {}
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new NotAwsResponse($metadata.httpStatusCode)
  const arn = AssumedRoleUser?.Arn
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
    ...(arn === undefined ? {} : { identity: { arn, account: accountOf(arn) } }),
  }
}

const parameters = ({ arn, sessionName, durationSeconds }: RoleRequest) => ({
  RoleArn: arn,
  RoleSessionName: sessionName,
  ...(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
})

/** STS in one region. Its client is loaded with the first call, because many steps do not need it. */
export function stsOf({ region, http, maxAttempts, signal }: StsOptions): Sts {
  const open = async (keys?: AwsKeys) => {
    const { loadSts } = await loadSdk()
    const sdk = await loadSts()
    const client = new sdk.STSClient({
      region,
      requestHandler: http,
      ...(maxAttempts === undefined ? {} : { maxAttempts }),
      ...(keys === undefined ? {} : { credentials: keys }),
    })
    return { sdk, client }
  }
  const options = { abortSignal: signal }
  return {
    async callerIdentity(keys) {
      const { sdk, client } = await open(keys)
      const { Account, Arn, $metadata } = await client.send(new sdk.GetCallerIdentityCommand({}), options)
      if (!Account || !Arn) throw new NotAwsResponse($metadata.httpStatusCode)
      return { account: Account, arn: Arn }
    },
    async assumeRole(keys, role, externalId) {
      const { sdk, client } = await open(keys)
      const ExternalId = externalId === undefined ? {} : { ExternalId: externalId }
      return grantOf(await client.send(new sdk.AssumeRoleCommand({ ...parameters(role), ...ExternalId }), options))
    },
    async assumeRoleWithWebIdentity(token, role) {
      const { sdk, client } = await open()
      const command = new sdk.AssumeRoleWithWebIdentityCommand({ ...parameters(role), WebIdentityToken: token })
      return grantOf(await client.send(command, options))
    },
  }
}
