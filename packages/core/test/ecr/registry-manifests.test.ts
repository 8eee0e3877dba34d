import { describe, expect, test } from 'vitest'
import { awsHttp } from '../../src/aws/http.ts'
import type { Repository } from '../../src/ecr/ecr.ts'
import { registryManifests } from '../../src/ecr/registry-manifests.ts'
import { httpServer, json } from '../support/http-server.ts'

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

  test('come by tags and digests, without those that are not there', async () => {
    const { server, repository, manifests } = await open(({ url = '' }, response) =>
      url.endsWith('/2') ? json(response, 404, {}) : response.writeHead(200, { 'content-type': MEDIA_TYPE }).end('{ }'),
    )
    const found = await manifests.manifests(repository, ['1', '2', 'sha256:00', '1'])
    expect([...found.keys()]).toEqual(['1', 'sha256:00'])
    expect(server.requests).toHaveLength(3)
  })

  test.each([200, 307])('have labels in a configuration, which comes with %i', async (status) => {
    const { server, repository, manifests } = await open(({ url = '' }, response) => {
      if (url.includes('/blobs/') && status === 307) response.writeHead(307, { location: `${server.url}/stored` }).end()
      else json(response, 200, { config: { Labels: { a: 'b' } } })
    })
    const image = { digest: 'sha256:00', mediaType: MEDIA_TYPE, body: '{"config":{"digest":"sha256:01"}}' }
    expect(await manifests.labels(repository, image)).toEqual({ a: 'b' })
    expect(server.requests[0]?.url).toBe('/v2/team/app/blobs/sha256:01')
    expect(server.requests[1]?.headers['authorization']).toBeUndefined()
  })

  test('get no tag that may not move', async () => {
    const { server, repository, manifests } = await open((_, response) => response.writeHead(201).end())
    const manifest = { digest: 'sha256:00', mediaType: MEDIA_TYPE, body: '{ }' }
    expect(await manifests.tag(repository, manifest, 'latest', async () => false)).toBe(false)
    expect(server.requests).toEqual([])
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
