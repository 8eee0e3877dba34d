import { Failure } from '../base/failure.ts'
import type { AwsSession } from '../credentials/session.ts'
import { ecrCaller } from './call.ts'

/** A registry login, valid for 12 hours in one region. */
export interface Authorization {
  readonly username: string
  readonly password: string
  /** User and password in the format of `Authorization: Basic`. */
  readonly token: string
  readonly expiresAt: Date | undefined
  /** URL of the registry it is for; ECR Public names none. */
  readonly endpoint?: string
}

/** What ECR and ECR Public return for a login. */
export interface AuthorizationData {
  readonly authorizationToken?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly proxyEndpoint?: string | undefined
}

/** The login in a response; its secrets are masked first. */
export function authorizationIn(
  data: AuthorizationData | undefined,
  session: Pick<AwsSession, 'mask' | 'region'>,
): Authorization {
  const token = data?.authorizationToken ?? ''
  const [username = '', password = ''] = Buffer.from(token, 'base64').toString().split(/:(.*)/s)
  if (password === '') throw new Failure(`ECR in ${session.region} returned no token for GetAuthorizationToken.`)
  for (const secret of [password, token]) session.mask(secret)
  const endpoint = data?.proxyEndpoint
  return { token, username, password, expiresAt: data?.expiresAt, ...(endpoint === undefined ? {} : { endpoint }) }
}

/** A login for the registry of `account`, by default of the identity's own account, and the host of that registry. */
export async function registryAuthorization(
  session: AwsSession,
  account?: string,
): Promise<Authorization & { readonly registry: string }> {
  // AWS calls the IDs deprecated because they do not affect permissions, but it names the hosts only if they are given.
  const ids = account === undefined ? {} : { registryIds: [account] }
  const answer = await ecrCaller(session)('ecr:GetAuthorizationToken', (ecr, options) =>
    ecr.getAuthorizationToken(ids, options),
  )
  const [data] = answer.authorizationData ?? []
  const endpoint = data?.proxyEndpoint ?? ''
  if (!URL.canParse(endpoint)) {
    throw new Failure(`ECR in ${session.region} returned no registry host for GetAuthorizationToken.`)
  }
  return { ...authorizationIn(data, session), registry: new URL(endpoint).host }
}
