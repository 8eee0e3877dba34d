import { describe, expect, test } from 'vitest'
import { awsHttp } from '../src/aws-http.ts'
import type { Repository } from '../src/ecr.ts'
import { registryManifests } from '../src/registry-manifests.ts'
import { httpServer, json } from './support/http-server.ts'

const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json'

async function open(answer: Parameters<typeof httpServer>[0]) {
  const server = await httpServer(answer)
  const login = { token: 'QVdTOmE=', username: 'AWS', password: 'a', expiresAt: undefined, endpoint: server.url }
  const registry = `127.0.0.1:${server.port}`
  const repository = { registry, name: 'team/app', uri: `${registry}/team/app` } as Repository
  return { server, repository, manifests: registryManifests(login, awsHttp({}), new AbortController().signal) }
}

describe('the manifests of a registry', () => {
  test('are read as they are, with their own digest', async () => {
    const { server, repository, manifests } = await open((_, response) =>
      response.writeHead(200, { 'content-type': MEDIA_TYPE }).end('{ }'),
    )
    expect(await manifests.manifest(repository, { tag: '1' })).toEqual({
      digest: 'sha256:257c1be96ae69f4b01c2c69bdb6d78605f59175819fb007d0bf245bf48444c4a',
      mediaType: MEDIA_TYPE,
      body: '{ }',
    })
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        url: '/v2/team/app/manifests/1',
        headers: { authorization: 'Basic QVdTOmE=', accept: expect.stringContaining(MEDIA_TYPE) },
      },
    ])
  })

  test('that are not there are undefined', async () => {
    const { repository, manifests } = await open((_, response) => json(response, 404, {}))
    expect(await manifests.manifest(repository, { digest: 'sha256:00' })).toBeUndefined()
  })

  test('get a tag', async () => {
    const { server, repository, manifests } = await open((_, response) => response.writeHead(201).end())
    await manifests.tag(repository, { digest: 'sha256:00', mediaType: MEDIA_TYPE, body: '{ }' }, 'latest')
    expect(server.requests).toMatchObject([
      { method: 'PUT', url: '/v2/team/app/manifests/latest', headers: { 'content-type': MEDIA_TYPE }, body: '{ }' },
    ])
  })

  test('that are refused say why', async () => {
    const errors = [{ code: 'DENIED', message: 'Your authorization token has expired.' }]
    const { repository, manifests } = await open((_, response) => json(response, 403, { errors }))
    const said = '403 DENIED Your authorization token has expired.'
    await expect(manifests.manifest(repository, { tag: '1' })).rejects.toThrow(
      `Reading ${repository.uri}:1 failed: ${said}`,
    )
    const manifest = { digest: 'sha256:00', mediaType: MEDIA_TYPE, body: '{ }' }
    await expect(manifests.tag(repository, manifest, '2')).rejects.toThrow(
      `Tagging ${repository.uri}:2 failed: ${said}`,
    )
  })
})
