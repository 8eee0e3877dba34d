import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { PUBLIC_API } from '../../packages/ecr-local/src/public/api.ts'
import { AWS, awsCli } from '../support/aws-cli.ts'
import { needProgram } from '../support/client-programs.ts'
import { type Botocore, startBotocore } from './support/botocore.ts'
import { MOTO } from './support/moto.ts'

const EAST = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' }
const OCI = 'application/vnd.oci.image.manifest.v1+json'
const repositoryName = 'team/app'
const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"ecr-public:PutImage"}]}'

const sha256 = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`
const answer = async (response: Response) => [response.status, await response.json()]
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (password: string) => bearer(Buffer.from(`AWS:${password.trim()}`).toString('base64'))
const denied = (status: number, message: unknown) => [status, { errors: [{ code: 'DENIED', message }] }]

interface Created {
  readonly repository: { readonly repositoryUri: string }
}

describe('ECR Public', () => {
  needProgram(MOTO, 'moto.sh')
  needProgram(AWS, 'clients.sh')
  let ecr: EcrLocal
  let client: Botocore
  /** `host:port/alias/name` */
  let uri = ''
  const call = <T = object>(operation: string, more: object = {}) =>
    client.call<T>(operation, { repositoryName, ...more })
  /** Where a path lies in the registry that has the repository. */
  const place = (path: string) => `http://${uri.replace('/', '/v2/')}/${path}`
  const at = (path: string) => new URL(path, place('')).href

  beforeAll(async () => {
    ecr = await startEcrLocal()
    client = startBotocore(ecr, 'ecr-public', 'us-east-1')
  })
  afterAll(async () => {
    await client[Symbol.asyncDispose]()
    await ecr.close()
  })

  async function layer(content: string): Promise<string> {
    const { uploadId } = await call<{ uploadId: string }>('InitiateLayerUpload')
    const part = { uploadId, partFirstByte: 0, partLastByte: content.length - 1, layerPartBlob: content }
    await call('UploadLayerPart', part)
    await call('CompleteLayerUpload', { uploadId, layerDigests: [sha256(content)] })
    return sha256(content)
  }

  it('makes repositories in the registry of the account, under its alias', async () => {
    const catalogData = { description: 'An app', architectures: ['x86-64'] }
    const tags = [{ Key: 'team', Value: 'one' }]
    const created = await call<Created>('CreateRepository', { catalogData, tags })
    expect(created).toEqual({
      repository: {
        repositoryArn: `arn:aws:ecr-public::${ecr.account}:repository/team/app`,
        registryId: ecr.account,
        repositoryName,
        repositoryUri: expect.stringMatching(/^127\.0\.0\.1:\d+\/p123456789012\/team\/app$/),
        createdAt: expect.stringMatching(/^\d{4}-/),
      },
      catalogData,
    })
    uri = created.repository.repositoryUri
    const repositories = [created.repository]
    expect(await client.call('DescribeRepositories')).toEqual({ repositories })
    expect(await client.call('DescribeRepositories', { repositoryNames: [repositoryName] })).toEqual({ repositories })
    const aliases = [{ name: 'p123456789012', status: 'ACTIVE' }]
    expect(await client.call('DescribeRegistries')).toMatchObject({
      registries: [{ registryId: ecr.account, registryUri: uri.replace('/team/app', ''), verified: false, aliases }],
    })
    expect(await call('CreateRepository')).toMatchObject({ error: { Code: 'RepositoryAlreadyExistsException' } })
    expect(await call('InitiateLayerUpload', { registryId: 'nobody' })).toMatchObject({
      error: { Code: 'RegistryNotFoundException' },
    })
  })

  it('has what the gallery shows, tags and policies', async () => {
    await call('PutRepositoryCatalogData', { catalogData: { aboutText: 'More' } })
    expect(await call('GetRepositoryCatalogData')).toEqual({ catalogData: { aboutText: 'More' } })
    await client.call('PutRegistryCatalogData', { displayName: 'Us' })
    expect(await client.call('GetRegistryCatalogData')).toEqual({ registryCatalogData: { displayName: 'Us' } })
    const resourceArn = `arn:aws:ecr-public::${ecr.account}:repository/team/app`
    await client.call('TagResource', { resourceArn, tags: [{ Key: 'stage', Value: 'test' }] })
    await client.call('UntagResource', { resourceArn, tagKeys: ['team'] })
    const tags = [{ Key: 'stage', Value: 'test' }]
    expect(await client.call('ListTagsForResource', { resourceArn })).toEqual({ tags })
    await call('SetRepositoryPolicy', { policyText: POLICY })
    const policyText = expect.stringContaining('ecr-public:PutImage')
    expect(await call('GetRepositoryPolicy')).toMatchObject({ policyText })
    expect(await call('DeleteRepositoryPolicy')).toMatchObject({ policyText })
  })

  it('takes an image by the API, and gives it to everybody by the registry', async () => {
    const config = await layer('{"architecture":"amd64","os":"linux"}')
    const digest = await layer('the bytes of a layer')
    const available = await call('BatchCheckLayerAvailability', { layerDigests: [digest] })
    expect(available).toMatchObject({ layers: [{ layerAvailability: 'AVAILABLE' }] })
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 37 },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: 20 }],
    })
    const imageDigest = sha256(imageManifest)
    await call('PutImage', { imageManifest, imageTag: 'v1' })
    const imageDetails = [{ imageDigest, imageTags: ['v1'], imageManifestMediaType: OCI }]
    expect(await call('DescribeImages', { imageIds: [{ imageTag: 'v1' }] })).toMatchObject({ imageDetails })
    const imageTagDetails = [{ imageTag: 'v1', imageDetail: { imageDigest } }]
    expect(await call('DescribeImageTags')).toMatchObject({ imageTagDetails })

    const nobody = await fetch(place('manifests/v1'))
    const challenge = `Bearer realm="${at('/token/')}",service="public.ecr.aws",scope="aws"`
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, challenge])
    const given = await fetch(at('/token/?service=public.ecr.aws&scope=aws'))
    const headers = bearer(((await given.json()) as { token: string }).token)
    expect(await (await fetch(place('manifests/v1'), { headers })).text()).toBe(imageManifest)
    expect(await (await fetch(place(`blobs/${digest}`), { headers })).text()).toBe('the bytes of a layer')
    const words = expect.stringContaining(
      'is not authorized to perform: ecr-public:InitiateLayerUpload on resource: arn',
    )
    const push = await fetch(place('blobs/uploads/'), { method: 'POST', headers })
    expect(await answer(push)).toEqual(denied(403, words))
  })

  it('logs in with tokens of its own, which end', async () => {
    const data = await client.call<{ authorizationData: { authorizationToken: string } }>('GetAuthorizationToken')
    const headers = bearer(data.authorizationData.authorizationToken)
    const cli = awsCli(ecr, EAST)
    const passwords = ['ecr-public', 'ecr'].map((service) => cli.run(service, 'get-login-password'))
    const [own, other] = (await Promise.all(passwords)).map(({ stdout }) => basic(stdout).authorization.slice(7))
    const asUser = (credentials = '') => ({ authorization: `Basic ${credentials}` })
    const token = (credentials = own, method = 'GET') => fetch(at('/token/'), { headers: asUser(credentials), method })
    const invalid = denied(400, 'Your Authorization Token is invalid.')

    expect((await fetch(at('/v2/'), { headers })).status).toBe(200)
    expect([(await token()).status, (await token(own, 'POST')).status]).toEqual([200, 405])
    expect(await answer(await fetch(at('/v2/'), { headers: asUser(own) }))).toEqual(invalid)
    expect(await answer(await token(other))).toEqual(invalid)
    expect((await fetch(`${ecr.endpoint}/v2/`, { headers: asUser(own) })).status).toBe(400)
    const begun = await fetch(place('blobs/uploads/'), { method: 'POST', headers })
    expect([begun.status, begun.headers.get('location')]).toEqual([
      202,
      expect.stringContaining(place('blobs/uploads/')),
    ])
    const unknown = await fetch(at('/v2/nobody/app/manifests/v1'), { headers })
    expect(await answer(unknown)).toMatchObject([404, { errors: [{ code: 'NAME_UNKNOWN' }] }])
    ecr.expireTokens()
    const expired = denied(403, 'Your authorization token has expired. Reauthenticate and try again.')
    expect(await answer(await fetch(at('/v2/'), { headers }))).toEqual(expired)
    expect(await answer(await token())).toEqual(expired)
  })

  it('is there in one region, and knows nothing of private repositories', async () => {
    await using west = startBotocore(ecr, 'ecr-public', 'us-west-2')
    expect(await west.call('GetAuthorizationToken')).toMatchObject({
      error: { Code: 'InvalidSignatureException', Message: 'Credential should be scoped to a valid region.' },
    })
    await using ofPrivate = startBotocore(ecr, 'ecr', 'us-east-1')
    expect(await ofPrivate.call('DescribeRepositories')).toEqual({ repositories: [] })
  })

  it('deletes images and repositories', async () => {
    expect(await call('DeleteRepository')).toMatchObject({ error: { Code: 'RepositoryNotEmptyException' } })
    const imageIds = [{ imageTag: 'v1' }]
    expect(await call('BatchDeleteImage', { imageIds })).toMatchObject({ imageIds })
    await call('DeleteRepository')
    expect(await client.call('DescribeRepositories')).toEqual({ repositories: [] })
  })

  it('was used with every operation', () => {
    const calls = ecr.calls.filter(({ service, status }) => service === 'ecr-public' && status === 200)
    const went = new Set(calls.map(({ operation }) => operation))
    expect([...PUBLIC_API.operations.keys()].filter((operation) => !went.has(operation))).toEqual([])
  })
})
