import { blob, flag, list, type Structure, structure, text, whole } from '../api/shape.ts'

const repositoryName = text({
  min: 2,
  max: 205,
  pattern: '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*',
})
const registryId = text({ pattern: '[0-9]{12}' })
const idOrAlias = text({ min: 2, max: 50 })
const page = { nextToken: text(), maxResults: whole({ min: 1, max: 1000 }) }
const imageTag = text({ min: 1, max: 300 })
const imageIds = list(structure({}, { imageDigest: text(), imageTag }), { min: 1, max: 100 })
const layerDigest = text({ pattern: '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+' })
const uploadId = text({ pattern: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}' })
const key = text({ min: 1, max: 128 })
const tags = list(structure({}, { Key: key, Value: text({ min: 0, max: 256 }) }), { min: 0, max: 200 })
const resourceArn = text({ min: 1, max: 2048 })
const words = list(text({ min: 1, max: 50 }), { max: 50 })
const catalogData = structure(
  {},
  {
    description: text({ max: 1024 }),
    architectures: words,
    operatingSystems: words,
    logoImageBlob: blob({ min: 0, max: 512_000 }),
    aboutText: text({ max: 25_600 }),
    usageText: text({ max: 25_600 }),
  },
)

type Members = Parameters<typeof structure>[0]
const of = (required: Members = {}, optional: Members = {}) =>
  structure({ repositoryName, ...required }, { registryId, ...optional })
const ofUpload = (required: Members, optional: Members = {}) => of(required, { registryId: idOrAlias, ...optional })

/**
 * The requests of ECR Public, according to its own model (botocore's `data/ecr-public/2020-10-30/service-2.json`,
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_Operations.html). A test compares the two.
 */
export const PUBLIC_REQUESTS: Readonly<Record<string, Structure>> = {
  BatchCheckLayerAvailability: ofUpload({ layerDigests: list(text({ min: 0, max: 1000 }), { min: 1, max: 100 }) }),
  BatchDeleteImage: ofUpload({ imageIds }),
  CompleteLayerUpload: ofUpload({ uploadId, layerDigests: list(layerDigest, { min: 1, max: 100 }) }),
  CreateRepository: structure({ repositoryName }, { catalogData, tags }),
  DeleteRepository: of({}, { force: flag }),
  DeleteRepositoryPolicy: of(),
  DescribeImageTags: of({}, page),
  DescribeImages: of({}, { imageIds, ...page }),
  DescribeRegistries: structure({}, page),
  DescribeRepositories: structure(
    {},
    { registryId, repositoryNames: list(repositoryName, { min: 1, max: 100 }), ...page },
  ),
  GetAuthorizationToken: structure({}),
  GetRegistryCatalogData: structure({}),
  GetRepositoryCatalogData: of(),
  GetRepositoryPolicy: of(),
  InitiateLayerUpload: ofUpload({}),
  ListTagsForResource: structure({ resourceArn }),
  PutImage: ofUpload(
    { imageManifest: text({ min: 1, max: 4_194_304 }) },
    { imageManifestMediaType: text(), imageTag, imageDigest: text() },
  ),
  PutRegistryCatalogData: structure({}, { displayName: text({ min: 0, max: 100 }) }),
  PutRepositoryCatalogData: of({ catalogData }),
  SetRepositoryPolicy: of({ policyText: text({ min: 0, max: 10_240 }) }, { force: flag }),
  TagResource: structure({ resourceArn, tags }),
  UntagResource: structure({ resourceArn, tagKeys: list(key, { min: 0, max: 200 }) }),
  UploadLayerPart: ofUpload({
    uploadId,
    partFirstByte: whole({ min: 0 }),
    partLastByte: whole({ min: 0 }),
    layerPartBlob: blob({ min: 0, max: 20_971_520 }),
  }),
}
