import { type Operation, registryOf, seconds } from '../api/operation.ts'
import { aliasOf } from '../model/public-registry.ts'
import { bearerOf } from './bearer.ts'

/** One token, without a registry name, because all public registries share it. */
export const GetAuthorizationToken: Operation = ({ caller, ecr }) => {
  const { bearer, expiresAt } = bearerOf(ecr.tokens, caller)
  return { authorizationData: { authorizationToken: bearer, expiresAt: seconds(expiresAt) } }
}

/** An account has one public registry, with its automatic alias. */
export const DescribeRegistries: Operation = async (request) => {
  const registry = registryOf(request)
  const { account } = registry
  const name = aliasOf(account)
  const registries = [
    {
      registryId: account,
      registryArn: `arn:aws:ecr-public::${account}:registry/${account}`,
      registryUri: `${await request.ecr.hosts.of(registry)}/${name}`,
      verified: false,
      aliases: [{ name, status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: true }],
    },
  ]
  return { registries }
}

export const GetRegistryCatalogData: Operation = (request) => ({
  registryCatalogData: { displayName: registryOf(request).settings.displayName },
})

export const PutRegistryCatalogData: Operation = async (request) => {
  const registry = registryOf(request)
  const displayName = request.input.optional('displayName')
  if (displayName !== undefined) registry.settings.displayName = displayName
  await registry.saveSettings()
  return { registryCatalogData: { displayName: registry.settings.displayName } }
}
