import { createHash } from 'node:crypto'
import * as ecr from '@aws-sdk/client-ecr'

/** What a server answered to the calls before, by their names. */
export type Answers = ReadonlyMap<string, Record<string, unknown>>

type Send = (client: ecr.ECRClient, before: Answers) => Promise<object>

const sha256 = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`

const CONFIG = '{"architecture":"amd64","os":"linux"}'
const imageManifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(CONFIG), size: CONFIG.length },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256(CONFIG), size: CONFIG.length }],
})
const otherManifest = imageManifest.replace('}]', ',"annotations":{"a":"b"}}]')
const policyText = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'p', Effect: 'Allow', Principal: '*', Action: ['ecr:BatchGetImage'] }],
})
const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 } as const
const lifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] })

const app = { repositoryName: 'team/app' }
const absent = { repositoryName: 'absent' }
const v1 = { imageTag: 'v1' }
const resourceArn = 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app'
const uploadId = (before: Answers) => String(before.get('begin a layer')?.['uploadId'])
const rules = [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: 'x', filterType: 'WILDCARD' }] }] as const

/** Calls in the order in which they are made, each on what the ones before have left. */
export const CALLS: Readonly<Record<string, Send>> = {
  'get a token': (c) => c.send(new ecr.GetAuthorizationTokenCommand({})),
  'get a token of another account': (c) =>
    c.send(new ecr.GetAuthorizationTokenCommand({ registryIds: ['111122223333'] })),
  create: (c) => c.send(new ecr.CreateRepositoryCommand({ ...app, tags: [{ Key: 'team', Value: 'one' }] })),
  'create again': (c) => c.send(new ecr.CreateRepositoryCommand(app)),
  'create with a wrong name': (c) => c.send(new ecr.CreateRepositoryCommand({ repositoryName: 'Team' })),
  'create with a wrong mutability': (c) =>
    c.send(new ecr.CreateRepositoryCommand({ repositoryName: 'x/y', imageTagMutability: 'NEVER' as 'MUTABLE' })),
  'describe one': (c) => c.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: ['team/app'] })),
  'describe all': (c) => c.send(new ecr.DescribeRepositoriesCommand({})),
  'describe none': (c) => c.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: ['absent'] })),
  'scan on push': (c) =>
    c.send(new ecr.PutImageScanningConfigurationCommand({ ...app, imageScanningConfiguration: { scanOnPush: true } })),
  'no scan on push': (c) =>
    c.send(new ecr.PutImageScanningConfigurationCommand({ ...app, imageScanningConfiguration: { scanOnPush: false } })),
  mutability: (c) => c.send(new ecr.PutImageTagMutabilityCommand({ ...app, imageTagMutability: 'MUTABLE' })),
  'mutability of none': (c) =>
    c.send(new ecr.PutImageTagMutabilityCommand({ ...absent, imageTagMutability: 'MUTABLE' })),
  'mutability with filters': (c) =>
    c.send(
      new ecr.PutImageTagMutabilityCommand({
        ...app,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filter: 'dev-*', filterType: 'WILDCARD' }],
      }),
    ),
  'no policy': (c) => c.send(new ecr.GetRepositoryPolicyCommand(app)),
  'set a policy': (c) => c.send(new ecr.SetRepositoryPolicyCommand({ ...app, policyText })),
  'set a wrong policy': (c) => c.send(new ecr.SetRepositoryPolicyCommand({ ...app, policyText: '{}' })),
  'get the policy': (c) => c.send(new ecr.GetRepositoryPolicyCommand(app)),
  'delete the policy': (c) => c.send(new ecr.DeleteRepositoryPolicyCommand(app)),
  'delete it again': (c) => c.send(new ecr.DeleteRepositoryPolicyCommand(app)),
  'no lifecycle policy': (c) => c.send(new ecr.GetLifecyclePolicyCommand(app)),
  'put a lifecycle policy': (c) => c.send(new ecr.PutLifecyclePolicyCommand({ ...app, lifecyclePolicyText })),
  'put a wrong lifecycle policy': (c) =>
    c.send(new ecr.PutLifecyclePolicyCommand({ ...app, lifecyclePolicyText: '{"rules":[{"rulePriority":0}]}' })),
  'get the lifecycle policy': (c) => c.send(new ecr.GetLifecyclePolicyCommand(app)),
  'delete the lifecycle policy': (c) => c.send(new ecr.DeleteLifecyclePolicyCommand(app)),
  tag: (c) => c.send(new ecr.TagResourceCommand({ resourceArn, tags: [{ Key: 'stage', Value: 'test' }] })),
  untag: (c) => c.send(new ecr.UntagResourceCommand({ resourceArn, tagKeys: ['team'] })),
  'list the tags': (c) => c.send(new ecr.ListTagsForResourceCommand({ resourceArn })),
  'list the tags of none': (c) =>
    c.send(new ecr.ListTagsForResourceCommand({ resourceArn: resourceArn.replace('team/app', 'absent') })),
  'begin a layer': (c) => c.send(new ecr.InitiateLayerUploadCommand(app)),
  'begin a layer of none': (c) => c.send(new ecr.InitiateLayerUploadCommand(absent)),
  'upload it': (c, before) =>
    c.send(
      new ecr.UploadLayerPartCommand({
        ...app,
        uploadId: uploadId(before),
        partFirstByte: 0,
        partLastByte: CONFIG.length - 1,
        layerPartBlob: Buffer.from(CONFIG),
      }),
    ),
  'complete it': (c, before) =>
    c.send(new ecr.CompleteLayerUploadCommand({ ...app, uploadId: uploadId(before), layerDigests: [sha256(CONFIG)] })),
  'complete it again': (c, before) =>
    c.send(new ecr.CompleteLayerUploadCommand({ ...app, uploadId: uploadId(before), layerDigests: [sha256(CONFIG)] })),
  'complete an upload that is none': (c) =>
    c.send(
      new ecr.CompleteLayerUploadCommand({
        ...app,
        uploadId: '7f1a39a5-7f0b-4a1c-8a53-a8d4cb1a4f0d',
        layerDigests: [sha256('none')],
      }),
    ),
  'ask for layers': (c) =>
    c.send(new ecr.BatchCheckLayerAvailabilityCommand({ ...app, layerDigests: [sha256(CONFIG), sha256('absent')] })),
  'download a layer': (c) => c.send(new ecr.GetDownloadUrlForLayerCommand({ ...app, layerDigest: sha256(CONFIG) })),
  'put an image': (c) => c.send(new ecr.PutImageCommand({ ...app, ...v1, imageManifest })),
  'put it again': (c) => c.send(new ecr.PutImageCommand({ ...app, ...v1, imageManifest })),
  'move an immutable tag': (c) => c.send(new ecr.PutImageCommand({ ...app, ...v1, imageManifest: otherManifest })),
  'put what is no manifest': (c) => c.send(new ecr.PutImageCommand({ ...app, imageTag: 'x', imageManifest: 'x' })),
  'put an image of none': (c) => c.send(new ecr.PutImageCommand({ ...absent, ...v1, imageManifest })),
  list: (c) => c.send(new ecr.ListImagesCommand(app)),
  'list of none': (c) => c.send(new ecr.ListImagesCommand(absent)),
  'describe the image': (c) => c.send(new ecr.DescribeImagesCommand({ ...app, imageIds: [v1] })),
  'describe an image of none': (c) =>
    c.send(new ecr.DescribeImagesCommand({ ...app, imageIds: [{ imageTag: 'absent' }] })),
  'get images': (c) => c.send(new ecr.BatchGetImageCommand({ ...app, imageIds: [v1, { imageTag: 'absent' }] })),
  'no scan': (c) => c.send(new ecr.DescribeImageScanFindingsCommand({ ...app, imageId: v1 })),
  scan: (c) => c.send(new ecr.StartImageScanCommand({ ...app, imageId: v1 })),
  'scan again': (c) => c.send(new ecr.StartImageScanCommand({ ...app, imageId: v1 })),
  findings: (c) => c.send(new ecr.DescribeImageScanFindingsCommand({ ...app, imageId: v1 })),
  'describe the registry': (c) => c.send(new ecr.DescribeRegistryCommand({})),
  'scanning of the registry': (c) => c.send(new ecr.GetRegistryScanningConfigurationCommand({})),
  'set the scanning': (c) =>
    c.send(
      new ecr.PutRegistryScanningConfigurationCommand({
        scanType: 'BASIC',
        rules: [...rules].map((rule) => ({ ...rule, repositoryFilters: [...rule.repositoryFilters] })),
      }),
    ),
  'scanning of repositories': (c) =>
    c.send(new ecr.BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: ['team/app', 'absent'] })),
  preview: (c) => c.send(new ecr.StartLifecyclePolicyPreviewCommand({ ...app, lifecyclePolicyText })),
  'account setting': (c) => c.send(new ecr.GetAccountSettingCommand({ name: 'BLOB_MOUNTING' })),
  templates: (c) => c.send(new ecr.DescribeRepositoryCreationTemplatesCommand({})),
  'delete a full repository': (c) => c.send(new ecr.DeleteRepositoryCommand(app)),
  'delete images': (c) => c.send(new ecr.BatchDeleteImageCommand({ ...app, imageIds: [v1, { imageTag: 'absent' }] })),
  'delete the repository': (c) => c.send(new ecr.DeleteRepositoryCommand({ ...app, force: true })),
  'delete none': (c) => c.send(new ecr.DeleteRepositoryCommand(absent)),
}
