import { PRINTED_PATTERN } from '../model/repository-name.ts'
import { blob, flag, list, type Structure, structure, text, whole } from './shape.ts'

const NAME = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*'
const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'
const words = `must satisfy regular expression '${PRINTED_PATTERN}'`

const registryId = text({ pattern: '[0-9]{12}' })
const repositoryName = text({ min: 2, max: 256, pattern: NAME, words })
const repository = { repositoryName }
const registry = { registryId }
const nextToken = text()
const page = { nextToken, maxResults: whole({ min: 1, max: 1000 }) }

const imageDigest = text()
const imageTag = text({ min: 1, max: 300 })
const imageId = structure({}, { imageDigest, imageTag })
const imageIds = list(imageId, { min: 1, max: 100 })
const tagStatus = text({ enum: ['TAGGED', 'UNTAGGED', 'ANY'] })
const imageStatus = text({ enum: ['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'] })
const imageFilter = structure({}, { tagStatus, imageStatus })

const layerDigest = text({ pattern: '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+' })
const uploadId = text({ pattern: UUID })

const imageTagMutability = text({
  enum: ['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'],
})
const exclusionFilter = structure({
  filterType: text({ enum: ['WILDCARD'] }),
  filter: text({ min: 1, max: 128, pattern: '^[0-9a-zA-Z._*-]{1,128}$' }),
})
const imageTagMutabilityExclusionFilters = list(exclusionFilter, { min: 1, max: 5 })
const imageScanningConfiguration = structure({}, { scanOnPush: flag })
const encryptionType = text({ enum: ['AES256', 'KMS', 'KMS_DSSE'] })
const encryptionConfiguration = structure({ encryptionType }, { kmsKey: text({ min: 1, max: 2048 }) })
const tags = list(structure({ Key: text(), Value: text() }))
const resourceArn = text()

const lifecyclePolicyText = text({ min: 100, max: 30_720 })
const policyText = text({ min: 0, max: 10_240 })

const settingName = text({ min: 1, max: 64 })
const repositoryFilter = structure({
  filter: text({ min: 1, max: 255, pattern: '^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$' }),
  filterType: text({ enum: ['WILDCARD'] }),
})
const scanningRule = structure({
  scanFrequency: text({ enum: ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN', 'MANUAL'] }),
  repositoryFilters: list(repositoryFilter, { min: 0, max: 100 }),
})

const prefix = text({ min: 1, max: 256, pattern: `^(${NAME}\\/?|ROOT)$` })
const appliedFor = list(text({ enum: ['REPLICATION', 'PULL_THROUGH_CACHE', 'CREATE_ON_PUSH'] }))
const templateKey = text({
  min: 0,
  max: 2048,
  pattern: '^$|arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\\/[a-z0-9-]+',
})
const template = {
  description: text({ max: 256 }),
  encryptionConfiguration: structure({ encryptionType }, { kmsKey: templateKey }),
  resourceTags: tags,
  imageTagMutability,
  imageTagMutabilityExclusionFilters,
  repositoryPolicy: policyText,
  lifecyclePolicy: text({ min: 0, max: 30_720 }),
  customRoleArn: text({ max: 2048 }),
}

const of = (required: Parameters<typeof structure>[0] = {}, optional: Parameters<typeof structure>[0] = {}) =>
  structure({ ...repository, ...required }, { ...registry, ...optional })

/**
 * The requests of all supported operations, according to the service model (botocore's
 * `data/ecr/2015-09-21/service-2.json`, which is also the source of the API reference:
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html). A test compares the two.
 */
export const REQUESTS: Readonly<Record<string, Structure>> = {
  BatchCheckLayerAvailability: of({ layerDigests: list(text({ min: 0, max: 1000 }), { min: 1, max: 100 }) }),
  BatchDeleteImage: of({ imageIds }),
  BatchGetImage: of({ imageIds }, { acceptedMediaTypes: list(text(), { min: 1, max: 100 }) }),
  BatchGetRepositoryScanningConfiguration: structure({ repositoryNames: list(repositoryName, { min: 1, max: 25 }) }),
  CompleteLayerUpload: of({ uploadId, layerDigests: list(layerDigest, { min: 1, max: 100 }) }),
  CreateRepository: of(
    {},
    {
      tags,
      imageTagMutability,
      imageTagMutabilityExclusionFilters,
      imageScanningConfiguration,
      encryptionConfiguration,
    },
  ),
  CreateRepositoryCreationTemplate: structure({ prefix, appliedFor }, template),
  DeleteLifecyclePolicy: of(),
  DeleteRepository: of({}, { force: flag }),
  DeleteRepositoryCreationTemplate: structure({ prefix }),
  DeleteRepositoryPolicy: of(),
  DescribeImageReplicationStatus: of({ imageId }),
  DescribeImageScanFindings: of({ imageId }, page),
  DescribeImageSigningStatus: of({ imageId }),
  DescribeImages: of({}, { imageIds, ...page, filter: imageFilter }),
  DescribeRegistry: structure({}),
  DescribeRepositories: structure(
    {},
    { ...registry, repositoryNames: list(repositoryName, { min: 1, max: 100 }), ...page },
  ),
  DescribeRepositoryCreationTemplates: structure({}, { prefixes: list(prefix), ...page }),
  GetAccountSetting: structure({ name: settingName }),
  GetAuthorizationToken: structure({}, { registryIds: list(registryId, { min: 1, max: 10 }) }),
  GetDownloadUrlForLayer: of({ layerDigest }),
  GetLifecyclePolicy: of(),
  GetLifecyclePolicyPreview: of(
    {},
    { imageIds, nextToken, maxResults: whole({ min: 1, max: 100 }), filter: structure({}, { tagStatus }) },
  ),
  GetRegistryScanningConfiguration: structure({}),
  GetRepositoryPolicy: of(),
  InitiateLayerUpload: of(),
  ListImageReferrers: of(
    { subjectId: structure({ imageDigest }) },
    {
      filter: structure(
        {},
        { artifactTypes: list(text({ min: 1, max: 255 }), { min: 0, max: 5 }), artifactStatus: imageStatus },
      ),
      nextToken,
      maxResults: whole({ min: 1, max: 50 }),
    },
  ),
  ListImages: of({}, { ...page, filter: imageFilter }),
  ListTagsForResource: structure({ resourceArn }),
  PutAccountSetting: structure({ name: settingName, value: text() }),
  PutImage: of(
    { imageManifest: text({ min: 1, max: 4_194_304 }) },
    { imageManifestMediaType: text(), imageTag, imageDigest },
  ),
  PutImageScanningConfiguration: of({ imageScanningConfiguration }),
  PutImageTagMutability: of({ imageTagMutability }, { imageTagMutabilityExclusionFilters }),
  PutLifecyclePolicy: of({ lifecyclePolicyText }),
  PutRegistryScanningConfiguration: structure(
    {},
    { scanType: text({ enum: ['BASIC', 'ENHANCED'] }), rules: list(scanningRule, { min: 0, max: 2 }) },
  ),
  SetRepositoryPolicy: of({ policyText }, { force: flag }),
  StartImageScan: of({ imageId }),
  StartLifecyclePolicyPreview: of({}, { lifecyclePolicyText }),
  TagResource: structure({ resourceArn, tags }),
  UntagResource: structure({ resourceArn, tagKeys: list(text()) }),
  UpdateRepositoryCreationTemplate: structure({ prefix }, { ...template, appliedFor }),
  UploadLayerPart: of({
    uploadId,
    partFirstByte: whole({ min: 0 }),
    partLastByte: whole({ min: 0 }),
    layerPartBlob: blob({ min: 0, max: 20_971_520 }),
  }),
}
