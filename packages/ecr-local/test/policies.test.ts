import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRepositoriesCommand,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'
import { ecrClient } from './support/clients.ts'
import { refusal, registryClient, registryClientFor } from './support/registry-client.ts'

let server: EcrLocal
let ecr: ReturnType<typeof ecrClient>
let other: ReturnType<typeof ecrClient>

beforeAll(async () => {
  server = await startEcrLocal()
  ecr = ecrClient(server)
  other = ecrClient(server, { accessKeyId: 'ECRLOCAL999988887777' })
})

afterAll(() => server.close())

const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }))

const set = (repositoryName: string, statement: object | object[], force?: boolean) => {
  const policyText = JSON.stringify({ Version: '2008-10-17', Statement: statement })
  return ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText, ...(force && { force }) }))
}

const pull = {
  Sid: 'pull',
  Effect: 'Allow',
  Principal: { AWS: '999988887777' },
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
}

test('a policy comes back printed by ECR, with accounts as ARNs', async () => {
  const repositoryName = 'printed'
  await create(repositoryName)
  const missing = {
    name: 'RepositoryPolicyNotFoundException',
    message:
      "Repository policy does not exist for the repository with name 'printed' in the registry with id '123456789012'",
  }
  await expect(ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).rejects.toMatchObject(missing)
  await set(repositoryName, pull)
  const { policyText } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))
  expect(policyText).toBe(`{
  "Version" : "2008-10-17",
  "Statement" : [ {
    "Sid" : "pull",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::999988887777:root"
    },
    "Action" : [ "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer" ]
  } ]
}`)
  expect((await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }))).policyText).toBe(policyText)
  await expect(ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }))).rejects.toMatchObject(missing)
})

test.for<[string, string]>([
  ['no JSON', 'no'],
  ['null', 'null'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['statements that are none', '{"Statement":[1]}'],
  ['no principal', '{"Statement":[{"Effect":"Allow","Action":"ecr:*"}]}'],
  ['no such effect', '{"Statement":[{"Effect":"Perhaps","Principal":"*","Action":"ecr:*"}]}'],
  ['a resource', '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}]}'],
  ['an element that is none', '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*","Actions":"*"}]}'],
  ['a version that is none', '{"Version":"2012","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]}'],
  [
    'a wildcard for the principals of an account',
    '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:*"},"Action":"ecr:*"}]}',
  ],
  ['a principal in plain text', '{"Statement":[{"Effect":"Allow","Principal":"111122223333","Action":"ecr:*"}]}'],
  ['another service', '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}'],
])('%s is not a policy', async ([, policyText]) => {
  await create('nothing').catch(() => undefined)
  await expect(
    ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'nothing', policyText })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
  })
})

describe('another account', () => {
  const registryId = '123456789012'

  test('needs a policy that lets it in, over API and registry', async () => {
    await create('shared')
    const mine = await registryClient(ecr)
    const { digest } = await mine.image('shared', 'v1', 'content')
    const theirs = registryClientFor(server.endpoint, (await registryClient(other)).authorization)
    // A login proves an identity and no permission.
    expect((await theirs.fetch('/v2/')).status).toBe(200)
    const denied = (action: string) =>
      `User: arn:aws:iam::999988887777:user/ecr-local is not authorized to perform: ecr:${action} on resource: arn:aws:ecr:eu-central-1:123456789012:repository/shared because no resource-based policy allows the ecr:${action} action`
    const get = new BatchGetImageCommand({ registryId, repositoryName: 'shared', imageIds: [{ imageTag: 'v1' }] })
    await expect(other.send(get)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: denied('BatchGetImage'),
    })
    expect(await refusal(await theirs.fetch('/v2/shared/manifests/v1'))).toEqual({
      status: 403,
      code: 'DENIED',
      message: denied('BatchGetImage'),
    })
    await set('shared', pull)
    expect((await other.send(get)).images?.[0]?.imageId?.imageDigest).toBe(digest)
    expect((await theirs.fetch('/v2/shared/manifests/v1')).status).toBe(200)
    const push = await theirs.fetch('/v2/shared/blobs/uploads/', { method: 'POST' })
    expect(await refusal(push)).toMatchObject({ status: 403, message: denied('InitiateLayerUpload') })
  })

  test('has no say over the registry', async () => {
    await expect(other.send(new DescribeRepositoriesCommand({ registryId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    await expect(
      other.send(new CreateRepositoryCommand({ registryId, repositoryName: 'theirs' } as never)),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('hears that a repository does not exist', async () => {
    const command = new DescribeRepositoriesCommand({ registryId, repositoryNames: ['nowhere'] })
    await expect(other.send(command)).rejects.toMatchObject({ name: 'RepositoryNotFoundException' })
  })
})

describe('a denial', () => {
  test('holds in the own account as well', async () => {
    await create('denied')
    await set('denied', { Effect: 'Deny', Principal: '*', Action: 'ecr:Batch*' })
    const get = new BatchGetImageCommand({ repositoryName: 'denied', imageIds: [{ imageTag: 'v1' }] })
    await expect(ecr.send(get)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/with an explicit deny in a resource-based policy$/),
    })
  })

  test('that locks everybody out needs force', async () => {
    await create('locked')
    const deny = { Effect: 'Deny', Principal: '*', Action: 'ecr:*' }
    await expect(set('locked', deny)).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await set('locked', deny, true)
    await expect(set('locked', pull)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('with a condition is not applied', async () => {
    await create('conditional')
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }
    await set('conditional', { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Condition })
    await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: 'conditional' }))
  })
})
