import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { type RegistryClient, refusal, registryClient } from './support/registry-client.ts'

let server: EcrLocal
let registry: RegistryClient

beforeAll(async () => {
  server = await startEcrLocal()
  const ecr = ecrClient(server)
  for (const repositoryName of ['app', 'lists', 'other/app'])
    await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  registry = await registryClient(ecr)
})

afterAll(() => server.close())

describe('login', () => {
  test('without credentials is asked for Basic ones', async () => {
    const answer = await fetch(`${server.endpoint}/v2/`)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(`Basic realm="${server.endpoint}/",service="ecr.amazonaws.com"`)
    expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await answer.text()).toBe('Not Authorized')
  })

  test('with the token is good', async () => {
    const answer = await registry.fetch('/v2/')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
  })

  test('with something else is a bad request', async () => {
    const authorization = `Basic ${Buffer.from('AWS:guess').toString('base64')}`
    expect((await fetch(`${server.endpoint}/v2/`, { headers: { authorization } })).status).toBe(400)
  })
})

describe('a missing repository', () => {
  test.for([
    ['POST', 'blobs/uploads/'],
    ['PATCH', 'blobs/uploads/some-id'],
    ['PUT', `blobs/uploads/some-id?digest=sha256:${'0'.repeat(64)}`],
    ['GET', `blobs/sha256:${'0'.repeat(64)}`],
    ['GET', 'manifests/latest'],
    ['PUT', 'manifests/latest'],
    ['GET', 'tags/list'],
  ] as const)('%s %s', async ([method, path]) => {
    const answer = await registry.fetch(`/v2/absent/${path}`, { method })
    expect(await refusal(answer)).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'absent' does not exist in the registry with id '123456789012'",
    })
  })

  test('HEAD has the status alone', async () => {
    const answer = await registry.fetch('/v2/absent/manifests/latest', { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([404, ''])
  })
})

describe('lists', () => {
  test('tags come in pages that lead to the next', async () => {
    const { text } = await registry.image('lists', 'c', 'listed')
    for (const tag of ['a', 'b']) await registry.manifest('lists', tag, JSON.parse(text))
    const first = await registry.fetch('/v2/lists/tags/list?n=2')
    expect(await first.json()).toEqual({ name: 'lists', tags: ['a', 'b'] })
    const next = /^<(.+)>; rel="next"$/.exec(String(first.headers.get('link')))?.[1]
    const second = await registry.fetch(String(next))
    expect(await second.json()).toEqual({ name: 'lists', tags: ['c'] })
    expect(second.headers.get('link')).toBeNull()
  })

  test('the catalog names the repositories', async () => {
    const answer = await registry.fetch('/v2/_catalog')
    expect(await answer.json()).toEqual({ repositories: ['app', 'lists', 'other/app'] })
  })
})
