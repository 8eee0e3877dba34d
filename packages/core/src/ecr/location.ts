import type { Identity } from '../aws/credential-provider.ts'

/** The location of a repository, as needed for policies and ARNs. */
export interface RegistryLocation {
  readonly partition: string
  readonly region: string
  readonly account: string
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const PARTITIONS: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^eusc-/, 'aws-eusc'],
]

const partitionOf = (region: string): string => PARTITIONS.find(([pattern]) => pattern.test(region))?.[1] ?? 'aws'

/** The location in the ARN of a repository. */
export function locationOf(arn: string): RegistryLocation {
  const [, partition = '', , region = '', account = ''] = arn.split(':')
  return { partition, region, account }
}

/**
 * The location of a registry before anything about it is known; `*` is an account that could not be determined with
 * STS.
 */
export function locationFor(
  region: string,
  registryId: string | undefined,
  { arn, account }: Identity,
): RegistryLocation {
  const [, partition] = arn.split(':')
  return { partition: partition ?? partitionOf(region), region, account: registryId ?? (account || '*') }
}

/** The ARN of a repository or, with the name `*`, of all of them. */
export const repositoryArn = ({ partition, region, account }: RegistryLocation, name: string): string =>
  `arn:${partition}:ecr:${region}:${account}:repository/${name}`
