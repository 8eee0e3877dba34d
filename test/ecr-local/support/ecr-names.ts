import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { EcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createAuthority } from '../../support/certificates.ts'
import { startProxy } from '../../support/proxy.ts'

/** An ecr-local under AWS's own names and by TLS, for clients that accept nothing else. */
export interface EcrNames extends AsyncDisposable {
  /** What ECR would call the registry of an account. */
  host(account: string): string
  /** The proxy to it and the authority of its certificate, as programs written in Go take them, and keys. */
  readonly environment: Readonly<Record<string, string>>
}

/** @param folder for certificates */
export async function startEcrNames(ecr: EcrLocal, accounts: readonly string[], folder: string): Promise<EcrNames> {
  const host = (account: string) => `${account}.dkr.ecr.${ecr.region}.amazonaws.com`
  const names = [`api.ecr.${ecr.region}.amazonaws.com`, ...accounts.map(host)]
  const authority = createAuthority(folder, "AWS's own names")
  const { cert, key } = authority.issue('aws', names.map((name) => `DNS:${name}`).join(','))
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
    relay(ecr, host, request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await startProxy({ tunnels: Object.fromEntries(names.map((name) => [`${name}:443`, port])) })
  const { AWS_ENDPOINT_URL_ECR: _, AWS_ENDPOINT_URL_STS: __, ...keys } = ecr.environment
  return {
    host,
    environment: {
      ...keys,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: '',
      SSL_CERT_FILE: authority.ca,
      AWS_CA_BUNDLE: authority.ca,
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Pass a request on as it is, and of the answer change only what names the server: port and scheme. */
async function relay(
  ecr: EcrLocal,
  host: (account: string) => string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url, headers } = request
  const body = await buffer(request)
  const { hostname, port } = new URL(ecr.endpoint)
  const sent = httpRequest({ hostname, port, method, path: url, headers }).end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  let content = await buffer(answer)
  if (String(headers['x-amz-target']).endsWith('.GetAuthorizationToken') && answer.statusCode === 200) {
    const { registryIds = [ecr.account] } = JSON.parse(body.toString() || '{}') as { registryIds?: string[] }
    const { authorizationData } = JSON.parse(content.toString()) as { authorizationData: object[] }
    const named = authorizationData.map((data, index) => ({
      ...data,
      proxyEndpoint: `https://${host(registryIds[index] ?? '')}`,
    }))
    content = Buffer.from(JSON.stringify({ authorizationData: named }))
  }
  const { 'transfer-encoding': _, location, ...rest } = answer.headers
  const length = method === 'HEAD' ? {} : { 'content-length': content.length }
  const there = location === undefined ? {} : { location: location.replace('http:', 'https:') }
  response.writeHead(answer.statusCode ?? 502, { ...rest, ...length, ...there })
  response.end(content)
}
