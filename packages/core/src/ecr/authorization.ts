import { Failure } from '../base/failure.ts'
import type { AwsSession } from '../credentials/session.ts'
import { ecrCaller } from './call.ts'

/** A password for the registry, good for 12 hours in one region. */
export interface Authorization {
  readonly username: string
  readonly password: string
  /** Both as `Authorization: Basic` sends them. */
  readonly token: string
  readonly expiresAt: Date | undefined
  /** URL of the registry that it was asked for; ECR Public names none. */
  readonly endpoint?: string
}

/** What ECR and ECR Public say about a login. */
export interface AuthorizationData {
  readonly authorizationToken?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly proxyEndpoint?: string | undefined
}

/** The login in an answer; its secrets are masked before anyone gets it. */
export function authorizationIn(
  data: AuthorizationData | undefined,
  session: Pick<AwsSession, 'mask' | 'region'>,
): Authorization {
  const token = data?.authorizationToken ?? ''
  const [username = '', password = ''] = Buffer.from(token, 'base64').toString().split(/:(.*)/s)
  if (password === '') throw new Failure(`ECR in ${session.region} answered GetAuthorizationToken without a token.`)
  for (const secret of [password, token]) session.mask(secret)
  const endpoint = data?.proxyEndpoint
  return { token, username, password, expiresAt: data?.expiresAt, ...(endpoint === undefined ? {} : { endpoint }) }
}

/** A login for the registry of `account`, or else of the identity's own, and that registry's host. */
export async function registryAuthorization(
  session: AwsSession,
  account?: string,
): Promise<Authorization & { readonly registry: string }> {
  // AWS calls the ids deprecated because they change no permission; only with them it names the hosts.
  const ids = account === undefined ? {} : { registryIds: [account] }
  const answer = await ecrCaller(session)('ecr:GetAuthorizationToken', (ecr, options) =>
    ecr.getAuthorizationToken(ids, options),
  )
  const [data] = answer.authorizationData ?? []
  const endpoint = data?.proxyEndpoint ?? ''
  if (!URL.canParse(endpoint)) {
    throw new Failure(`ECR in ${session.region} answered GetAuthorizationToken without the host of a registry.`)
  }
  return { ...authorizationIn(data, session), registry: new URL(endpoint).host }
}
