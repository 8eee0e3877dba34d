import {
  allowEcr,
  type IamPolicy,
  iamPolicy,
  locationOf,
  type PolicyStatement,
  parseRegistryHost,
  type Repository,
  repositoryArn,
} from '@container-actions/core'
import { cacheImages, writtenImages } from '../inputs/caches.ts'
import type { Inputs } from '../inputs.ts'
import { LATEST } from '../tags/plan.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const PUSH = [
  'BatchCheckLayerAvailability',
  'CompleteLayerUpload',
  'InitiateLayerUpload',
  'PutImage',
  'UploadLayerPart',
]

const PULL = ['BatchGetImage', 'GetDownloadUrlForLayer']

type Target = Pick<Repository, 'arn' | 'registry' | 'registryId'>

type Chosen = Pick<
  Inputs,
  'createRepo' | 'settings' | 'registryIds' | 'cacheFrom' | 'tags' | 'latest' | 'load' | 'build'
>

/** The ARN of an image's repository, if it is in ECR. */
function arnOf(image: string, { arn, registry }: Target): string[] {
  const [, host = '', name = ''] = /^([^/]+)\/(.+?)(?::[^:/@]+)?(?:@.+)?$/.exec(image) ?? []
  const location = host === registry ? locationOf(arn) : { ...locationOf(arn), ...parseRegistryHost(host) }
  return host === registry || parseRegistryHost(host) !== undefined ? [repositoryArn(location, name)] : []
}

/** The ARNs of repositories that layers are read from; in other accounts, any repository that the Dockerfile names. */
function readFrom({ registryIds, cacheFrom, build }: Chosen, target: Target): string[] {
  return [
    ...(build.cache === 'registry' ? [target.arn] : []),
    ...cacheImages(cacheFrom).flatMap((image) => arnOf(image, target)),
    ...registryIds
      .filter((id) => id !== target.registryId)
      .map((account) => repositoryArn({ ...locationOf(target.arn), account }, '*')),
  ]
}

function targetOperations({ createRepo, settings, tags, latest, load }: Chosen): string[] {
  return [
    'DescribeRepositories',
    'BatchGetImage',
    ...PUSH,
    // The run that built `latest` is recorded in the configuration of its image.
    ...(tags.includes(LATEST) && latest !== 'true' ? PULL : []),
    // An image that the builder pushed is pulled into the engine.
    ...(load ? PULL : []),
    ...(createRepo ? ['CreateRepository'] : []),
    ...(settings.policyFile === undefined ? [] : ['SetRepositoryPolicy']),
    ...(settings.scanOnPush ? ['PutImageScanningConfiguration'] : []),
  ]
}

/** The least-privilege IAM policy for a step with these inputs that pushes to `target`. */
export function leastPolicy(inputs: Chosen, target: Target): IamPolicy {
  const { arn } = target
  const sources = [...new Set(readFrom(inputs, target))]
  const others = sources.filter((each) => each !== arn)
  const written = new Set(writtenImages(inputs.build.cacheTo).flatMap((image) => arnOf(image, target)))
  written.delete(arn)
  const own = [...targetOperations(inputs), ...(sources.includes(arn) ? PULL : [])]
  const statements: PolicyStatement[] = [
    allowEcr(['GetAuthorizationToken'], ['*']),
    allowEcr(own, [arn]),
    ...(others.length === 0 ? [] : [allowEcr(PULL, others)]),
    ...(written.size === 0 ? [] : [allowEcr(['BatchGetImage', ...PUSH], [...written])]),
  ]
  return iamPolicy(statements)
}
