import { type Operation, seconds } from './operation.ts'

/** One token per requested registry; all are equivalent, because a token is valid for the region. */
export const GetAuthorizationToken: Operation = async (request) => {
  const { caller, ecr } = request
  const { password, expiresAt } = ecr.tokens.issue(caller)
  const accounts = request.input.strings('registryIds') ?? [caller.account]
  const authorizationData = accounts.map(async (account) => ({
    authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
    expiresAt: seconds(expiresAt),
    proxyEndpoint: `http://${await ecr.hosts.of(ecr.registries.get(account, caller.region))}`,
  }))
  return { authorizationData: await Promise.all(authorizationData) }
}
