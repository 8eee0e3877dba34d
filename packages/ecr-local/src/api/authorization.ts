import { invalidParameter } from '../api-error.ts'
import { type Operation, type Request, seconds } from './operation.ts'

/** A token per registry asked for; all say the same, because a token is good for the region. */
export const GetAuthorizationToken: Operation = async (request) => {
  const { caller, ecr } = request
  const { password, expiresAt } = ecr.tokens.issue(caller)
  const accounts = registryIds(request) ?? [caller.account]
  const authorizationData = accounts.map(async (account) => ({
    authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
    expiresAt: seconds(expiresAt),
    proxyEndpoint: `http://${await ecr.hosts.of(ecr.registries.get(account, caller.region))}`,
  }))
  return { authorizationData: await Promise.all(authorizationData) }
}

function registryIds({ input }: Request): string[] | undefined {
  const accounts = input.strings('registryIds', { min: 1, max: 10 })
  if (accounts?.every((account) => /^\d{12}$/.test(account)) ?? true) return accounts
  throw invalidParameter(
    'registryIds',
    'Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{12}]',
  )
}
