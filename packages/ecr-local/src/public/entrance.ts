import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ecr } from '../ecr.ts'
import { accountOf, PUBLIC, PUBLIC_HOSTS } from '../model/public-registry.ts'
import type { Registry } from '../model/registry.ts'
import { RegistryError } from '../registry/registry-error.ts'
import { type Entrance, refuse } from '../registry/serve.ts'
import { bearerLogin, tokenFor } from './bearer.ts'

/** Where clients get the token that the registry requires. */
export const TOKEN_PATH = '/token/'

/** Whether a request is for ECR Public: on its port, or under its names. */
export const isPublic = (listener: Registry, host = '') =>
  listener.region === PUBLIC || PUBLIC_HOSTS.includes(host.toLowerCase().replace(/:\d+$/, ''))

/** All public registries behind one host, distinguished by the first part of a name. */
export const publicEntrance = (ecr: Ecr): Entrance => ({
  login: ({ headers }) => bearerLogin(headers.authorization, ecr.tokens),
  // The scope is the same for all requests.
  challenge: (host) => `Bearer realm="http://${host}${TOKEN_PATH}",service="public.ecr.aws",scope="aws"`,
  locate(name) {
    if (name === '') return { registry: ecr.registries.get(ecr.settings.accountId, PUBLIC), name }
    const [, alias = '', repository = ''] = /^([^/]*)\/?(.*)$/s.exec(name) ?? []
    const account = accountOf(alias)
    if (account !== undefined) return { registry: ecr.registries.get(account, PUBLIC), name: repository }
    throw new RegistryError(404, 'NAME_UNKNOWN', `The registry with alias '${alias}' does not exist`)
  },
})

/** Distribution's token protocol, GET only: https://distribution.github.io/distribution/spec/auth/token/ */
export function serveToken(ecr: Ecr, request: IncomingMessage, response: ServerResponse): void {
  const call = ecr.log.open('registry', `${request.method} token`, response)
  try {
    if (request.method !== 'GET') throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.')
    const token = tokenFor(request.headers.authorization, ecr.tokens)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ token }))
  } catch (error) {
    refuse(error, call, response)
  }
}
