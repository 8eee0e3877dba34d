const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['us-iso-', 'aws-iso'],
  ['eu-isoe-', 'aws-iso-e'],
]

/** The partition is the second field of every ARN; a region belongs to exactly one. */
export const partitionOf = (region: string) => PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'

export const repositoryArn = (registry: { account: string; region: string }, name: string) =>
  `arn:${partitionOf(registry.region)}:ecr:${registry.region}:${registry.account}:repository/${name}`
