import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../packages/ecr-local/src/api/operations.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { AWS, type AwsCli, awsCli, operationsOfCli } from '../support/aws-cli.ts'
import { githubToken } from '../support/aws-places.ts'
import { needProgram } from '../support/client-programs.ts'

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'pull', Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: ['ecr:BatchGetImage'] }],
})
const LIFECYCLE = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
      action: { type: 'expire' },
    },
  ],
})
const SCANNING = '[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"team","filterType":"WILDCARD"}]}]'

interface Repositories {
  repositories: { repositoryName: string }[]
}
interface Assumed {
  AssumedRoleUser: { Arn: string }
  Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }
}

const sha256 = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`
const named = (name: string) => ['--repository-name', name]

describe("Debian's AWS CLI", () => {
  needProgram(AWS, 'clients.sh')
  let ecr: EcrLocal
  let cli: AwsCli
  let folder: string
  const aws = <T = object>(...args: string[]) => cli.json<T>('ecr', ...args)
  const refused = async (...args: string[]) => {
    const { code, stderr } = await cli.run('ecr', ...args)
    return `${code} ${stderr.trim()}`
  }

  beforeAll(async () => {
    ecr = await startEcrLocal()
    cli = awsCli(ecr)
    folder = mkdtempSync(join(tmpdir(), 'aws-cli-'))
  })
  afterAll(async () => {
    await ecr.close()
    rmSync(folder, { recursive: true })
  })

  /** Upload a layer by the API alone, in two parts. */
  async function layer(name: string, content: string): Promise<string> {
    const { uploadId, partSize } = await aws<{ uploadId: string; partSize: number }>(
      'initiate-layer-upload',
      ...named(name),
    )
    expect(partSize).toBeGreaterThan(0)
    const file = join(folder, 'part')
    writeFileSync(file, content)
    const part = ['--part-first-byte', '0', '--part-last-byte', String(content.length - 1)]
    const uploaded = await aws(
      'upload-layer-part',
      ...named(name),
      ...['--upload-id', uploadId, ...part, '--layer-part-blob', `fileb://${file}`],
    )
    expect(uploaded).toEqual({
      registryId: ecr.account,
      repositoryName: name,
      uploadId,
      lastByteReceived: content.length - 1,
    })
    const digest = sha256(content)
    const completed = await aws(
      'complete-layer-upload',
      ...named(name),
      ...['--upload-id', uploadId, '--layer-digests', digest],
    )
    expect(completed).toMatchObject({ layerDigest: digest })
    return digest
  }

  it('makes repositories with settings, and shows them page by page', async () => {
    const settings = ['--image-tag-mutability', 'IMMUTABLE', '--image-scanning-configuration', 'scanOnPush=true']
    const created = await aws<{ repository: object }>(
      'create-repository',
      ...named('team/app'),
      ...settings,
      '--tags',
      'Key=team,Value=one',
    )
    expect(created.repository).toEqual({
      repositoryArn: `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/team/app`,
      registryId: ecr.account,
      repositoryName: 'team/app',
      repositoryUri: `${ecr.registry}/team/app`,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'AES256' },
    })
    await aws('create-repository', ...named('team/other'))
    const { repositories } = await aws<Repositories>('describe-repositories', '--page-size', '1')
    expect(repositories.map(({ repositoryName }) => repositoryName)).toEqual(['team/app', 'team/other'])
    expect(await refused('create-repository', ...named('team/app'))).toBe(
      `254 An error occurred (RepositoryAlreadyExistsException) when calling the CreateRepository operation: The repository with name 'team/app' already exists in the registry with id '${ecr.account}'`,
    )
    expect(await refused('describe-repositories', '--repository-names', 'absent')).toContain(
      '(RepositoryNotFoundException) when calling the DescribeRepositories operation',
    )
  })

  it('changes the settings of a repository', async () => {
    await aws('put-image-tag-mutability', ...named('team/app'), '--image-tag-mutability', 'MUTABLE')
    const configuration = ['--image-scanning-configuration', 'scanOnPush=false']
    const scanning = await aws('put-image-scanning-configuration', ...named('team/app'), ...configuration)
    expect(scanning).toMatchObject({ imageScanningConfiguration: { scanOnPush: false } })
    const { repositories } = await aws<Repositories>('describe-repositories', '--repository-names', 'team/app')
    expect(repositories[0]).toMatchObject({
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
    })
  })

  it('sets, reads and deletes a repository policy and a lifecycle policy', async () => {
    await aws('set-repository-policy', ...named('team/app'), '--policy-text', POLICY)
    const { policyText } = await aws<{ policyText: string }>('get-repository-policy', ...named('team/app'))
    expect(JSON.parse(policyText).Statement[0].Principal).toEqual({ AWS: 'arn:aws:iam::111122223333:root' })
    await aws('delete-repository-policy', ...named('team/app'))
    expect(await refused('get-repository-policy', ...named('team/app'))).toContain(
      '(RepositoryPolicyNotFoundException)',
    )

    await aws('put-lifecycle-policy', ...named('team/app'), '--lifecycle-policy-text', LIFECYCLE)
    const { lifecyclePolicyText } = await aws<{ lifecyclePolicyText: string }>(
      'get-lifecycle-policy',
      ...named('team/app'),
    )
    expect(JSON.parse(lifecyclePolicyText)).toEqual(JSON.parse(LIFECYCLE))
    await aws('start-lifecycle-policy-preview', ...named('team/app'))
    const preview = await aws('get-lifecycle-policy-preview', ...named('team/app'))
    expect(preview).toMatchObject({ status: 'COMPLETE', previewResults: [], summary: { expiringImageTotalCount: 0 } })
    await aws('delete-lifecycle-policy', ...named('team/app'))
    expect(await refused('get-lifecycle-policy', ...named('team/app'))).toContain('(LifecyclePolicyNotFoundException)')
  })

  it('tags and untags', async () => {
    const arn = ['--resource-arn', `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/team/app`]
    await aws('tag-resource', ...arn, '--tags', 'Key=stage,Value=test')
    await aws('untag-resource', ...arn, '--tag-keys', 'team')
    expect(await aws('list-tags-for-resource', ...arn)).toEqual({ tags: [{ Key: 'stage', Value: 'test' }] })
  })

  it('pushes an image by the API alone, reads it back and deletes it', async () => {
    const configText = '{"architecture":"amd64","os":"linux"}'
    const config = await layer('team/app', configText)
    const digest = await layer('team/app', 'the bytes of a layer')
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: configText.length },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: 20 }],
    })
    const absent = sha256('absent')
    const available = await aws(
      'batch-check-layer-availability',
      ...named('team/app'),
      '--layer-digests',
      digest,
      absent,
    )
    expect(available).toMatchObject({
      layers: [
        { layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: 20 },
        { layerDigest: absent, layerAvailability: 'UNAVAILABLE' },
      ],
      failures: [],
    })
    const { image } = await aws<{ image: { imageId: object } }>(
      'put-image',
      ...named('team/app'),
      '--image-tag',
      'v1',
      '--image-manifest',
      manifest,
    )
    expect(image.imageId).toEqual({ imageDigest: sha256(manifest), imageTag: 'v1' })
    const ids = ['--image-ids', 'imageTag=v1']
    const got = await aws('batch-get-image', ...named('team/app'), ...ids)
    expect(got).toMatchObject({ images: [{ imageManifest: manifest }], failures: [] })
    const { downloadUrl } = await aws<{ downloadUrl: string }>(
      'get-download-url-for-layer',
      ...named('team/app'),
      '--layer-digest',
      digest,
    )
    expect(await (await fetch(downloadUrl)).text()).toBe('the bytes of a layer')

    expect(await aws('list-images', ...named('team/app'), '--filter', 'tagStatus=TAGGED')).toEqual({
      imageIds: [image.imageId],
    })
    const details = await aws('describe-images', ...named('team/app'), ...ids)
    expect(details).toMatchObject({
      imageDetails: [{ imageTags: ['v1'], imagePushedAt: expect.stringMatching(/^\d{4}-/) }],
    })
    const replication = await aws(
      'describe-image-replication-status',
      ...named('team/app'),
      '--image-id',
      'imageTag=v1',
    )
    expect(replication).toMatchObject({ repositoryName: 'team/app', replicationStatuses: [] })

    await aws('start-image-scan', ...named('team/app'), '--image-id', 'imageTag=v1')
    await aws('wait', 'image-scan-complete', ...named('team/app'), '--image-id', 'imageTag=v1')
    const findings = await aws('describe-image-scan-findings', ...named('team/app'), '--image-id', 'imageTag=v1')
    expect(findings).toMatchObject({ imageScanStatus: { status: 'COMPLETE' } })

    const deleted = await aws('batch-delete-image', ...named('team/app'), '--image-ids', 'imageTag=v1', 'imageTag=v2')
    expect(deleted).toMatchObject({ imageIds: [image.imageId], failures: [{ failureCode: 'ImageNotFound' }] })
  })

  it('configures the registry', async () => {
    expect(await aws('describe-registry')).toMatchObject({ registryId: ecr.account })
    await aws('put-registry-scanning-configuration', '--scan-type', 'BASIC', '--rules', SCANNING)
    const configuration = await aws('get-registry-scanning-configuration')
    expect(configuration).toMatchObject({ scanningConfiguration: { scanType: 'BASIC', rules: JSON.parse(SCANNING) } })
    const names = ['--repository-names', 'team/app']
    const each = await aws('batch-get-repository-scanning-configuration', ...names)
    expect(each).toMatchObject({ scanningConfigurations: [{ repositoryName: 'team/app', scanFrequency: 'MANUAL' }] })
  })

  it('logs in', async () => {
    const { code, stdout } = await cli.run('ecr', 'get-login-password')
    expect(code).toBe(0)
    const authorization = `Basic ${Buffer.from(`AWS:${stdout.trim()}`).toString('base64')}`
    expect((await fetch(`http://${ecr.registry}/v2/`, { headers: { authorization } })).status).toBe(200)
    const token = await aws('get-authorization-token')
    expect(token).toMatchObject({
      authorizationData: [
        {
          proxyEndpoint: ecr.endpoint,
          expiresAt: expect.stringMatching(/^\d{4}-/),
        },
      ],
    })
  })

  it('takes roles from STS, with keys and with an OIDC token', async () => {
    expect(await cli.json('sts', 'get-caller-identity')).toMatchObject({ Account: ecr.account })
    const role = ['--role-arn', `arn:aws:iam::${ecr.account}:role/deploy`, '--role-session-name', 'cli']
    const { AssumedRoleUser, Credentials } = await cli.json<Assumed>('sts', 'assume-role', ...role)
    expect(AssumedRoleUser.Arn).toBe(`arn:aws:sts::${ecr.account}:assumed-role/deploy/cli`)
    const assumed = awsCli(ecr, {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    })
    expect(await assumed.json('sts', 'get-caller-identity')).toMatchObject({ Arn: AssumedRoleUser.Arn })
    expect((await assumed.json<Repositories>('ecr', 'describe-repositories')).repositories).toHaveLength(2)
    const token = ['--web-identity-token', githubToken()]
    const federated = await cli.json('sts', 'assume-role-with-web-identity', ...role, ...token)
    expect(federated).toMatchObject({ AssumedRoleUser, Audience: 'sts.amazonaws.com' })
  })

  it('deletes a repository', async () => {
    const deleted = await aws('delete-repository', ...named('team/other'))
    expect(deleted).toMatchObject({ repository: { repositoryName: 'team/other' } })
    await aws('delete-repository', ...named('team/app'), '--force')
    expect(await aws('describe-repositories')).toEqual({ repositories: [] })
  })

  it('has used every operation that both it and the server know', () => {
    const both = operationsOfCli().filter((operation) => OPERATIONS.has(operation))
    const went = new Set(ecr.calls.filter(({ status }) => status === 200).map(({ operation }) => operation))
    expect(both.length).toBeGreaterThan(30)
    expect(both.filter((operation) => !went.has(operation))).toEqual([])
  })
})
