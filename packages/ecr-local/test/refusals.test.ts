import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient, stsClient } from './support/clients.ts'
import { type RegistryClient, refusal, registryClient } from './support/registry-client.ts'

let server: EcrLocal
let registry: RegistryClient

beforeAll(async () => {
  server = await startEcrLocal()
  const ecr = ecrClient(server)
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  registry = await registryClient(ecr)
})

afterAll(() => server.close())

test.for<[string, string, number, string, RegExp]>([
  [
    'GET',
    'Upper/manifests/v1',
    400,
    'NAME_INVALID',
    /'repositoryName' failed to satisfy constraint: 'must satisfy regular expression/,
  ],
  ['GET', 'app/manifests/sha256:123', 400, 'DIGEST_INVALID', /'sha256:123' is not a sha256 digest/],
  ['GET', 'app/manifests/-bad', 404, 'MANIFEST_UNKNOWN', /image/],
  ['PUT', 'app/manifests/-bad', 400, 'TAG_INVALID', /'-bad' is not a tag/],
  ['PUT', `app/manifests/${'t'.repeat(129)}`, 400, 'TAG_INVALID', /is not a tag/],
  ['GET', 'app/referrers/v1', 400, 'DIGEST_INVALID', /'v1' is not a sha256 digest/],
  ['GET', 'app/tags/list?n=many', 400, 'PAGINATION_NUMBER_INVALID', /'n' must be a number; it is 'many'/],
  ['POST', 'app/blobs/uploads/?digest=md5:1', 400, 'DIGEST_INVALID', /'md5:1'/],
  ['PUT', 'app/blobs/uploads/none', 400, 'DIGEST_INVALID', /digest is missing/],
  [
    'GET',
    'app/blobs/uploads/none',
    404,
    'BLOB_UPLOAD_UNKNOWN',
    /^The upload with id 'none' in the repository with name 'app'/,
  ],
  ['POST', 'app/tags/list', 405, 'UNSUPPORTED', /unsupported/],
  ['GET', 'app/nothing', 404, 'UNSUPPORTED', /no such route/],
])('%s %s', async ([method, path, status, code, words]) => {
  const answer = await registry.fetch(`/v2/${path}`, { method })
  expect(await refusal(answer)).toEqual({ status, code, message: expect.stringMatching(words) })
})

test('a Content-Range that is none', async () => {
  const begun = await registry.fetch('/v2/app/blobs/uploads/', { method: 'POST' })
  const headers = { 'content-range': 'all of it' }
  const answer = await registry.fetch(String(begun.headers.get('location')), { method: 'PATCH', body: 'x', headers })
  expect(await refusal(answer)).toMatchObject({ status: 416, code: 'BLOB_UPLOAD_INVALID' })
})

test.for(['Basic', 'Bearer abc', `Basic ${Buffer.from('somebody:else').toString('base64')}`, 'Basic bm9jb2xvbg=='])(
  'the authorization %s counts as none',
  async (authorization) => {
    expect((await fetch(`${server.endpoint}/v2/`, { headers: { authorization } })).status).toBe(401)
  },
)

test('a token that was tampered with is not valid', async () => {
  const [, password = ''] = Buffer.from(registry.authorization.slice(6), 'base64').toString().split(':')
  const envelope = JSON.parse(Buffer.from(password, 'base64').toString()) as { payload: string }
  const payload = Buffer.from(envelope.payload, 'base64').toString().replaceAll('123456789012', '999988887777')
  const forged = JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') })
  const credentials = `AWS:${Buffer.from(forged).toString('base64')}`
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  expect((await fetch(`${server.endpoint}/v2/`, { headers: { authorization } })).status).toBe(400)
})

test.for([
  new DescribeImagesCommand({ repositoryName: 'app', imageIds: [{ imageTag: 'v1' }], maxResults: 1 }),
  new DescribeImagesCommand({ repositoryName: 'app', imageIds: [{ imageTag: 'v1' }], nextToken: 'x' }),
])('ids of images and pages do not go together', async (command) => {
  await expect(ecrClient(server).send(command)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      "Invalid parameter at 'imageIds' failed to satisfy constraint: 'must be null when maxResults or nextToken is specified'",
  })
})

test.for<[string, string]>([
  ['team#1', 'a'],
  ['team', 'a#1'],
  ['', 'a'],
])('the resource tag %s=%s is none', async ([Key, Value]) => {
  const command = new CreateRepositoryCommand({ repositoryName: 'tagged', tags: [{ Key, Value }] })
  await expect(ecrClient(server).send(command)).rejects.toMatchObject({ name: 'InvalidTagParameterException' })
})

test('names and pages do not go together', async () => {
  const command = new DescribeRepositoriesCommand({ repositoryNames: ['app'], maxResults: 1 })
  await expect(ecrClient(server).send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('a policy has a limit', async () => {
  const command = new SetRepositoryPolicyCommand({ repositoryName: 'app', policyText: ' '.repeat(10_241) })
  await expect(ecrClient(server).send(command)).rejects.toMatchObject({
    message: expect.stringContaining('length less than or equal to 10240'),
  })
})

test('a signature for another service, or half a header, is not accepted', async () => {
  const post = (authorization: string) =>
    fetch(server.endpoint, {
      method: 'POST',
      body: '{}',
      headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories', authorization },
    })
  const key = 'Credential=ECRLOCAL123456789012/20260101/eu-central-1'
  const other = `AWS4-HMAC-SHA256 ${key}/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`
  expect(await (await post(other)).json()).toMatchObject({
    __type: 'InvalidSignatureException',
    message: "Credential should be scoped to correct service: 'ecr'.",
  })
  expect(await (await post('AWS4-HMAC-SHA256 Credential=x')).json()).toMatchObject({
    __type: 'IncompleteSignatureException',
  })
})

test('STS does not know every action, and escapes what it repeats', async () => {
  const answer = await fetch(server.endpoint, { method: 'POST', body: new URLSearchParams({ Action: '<GetAll&>' }) })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('Could not find operation &lt;GetAll&amp;&gt; for version 2011-06-15')
  const RoleArn = `arn:aws:iam::123456789012:user/<${'x'.repeat(20)}>`
  await expect(
    stsClient(server).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'job' })),
  ).rejects.toMatchObject({ name: 'ValidationError', message: `${RoleArn} is invalid` })
  await stsClient(server).send(new GetCallerIdentityCommand({}))
})

test('other paths, and bodies that are too large, are refused', async () => {
  expect((await fetch(`${server.endpoint}/favicon.ico`)).status).toBe(404)
  const large = await fetch(server.endpoint, { method: 'POST', body: 'x'.repeat(33 * 1024 * 1024) })
  expect(large.status).toBe(413)
})
