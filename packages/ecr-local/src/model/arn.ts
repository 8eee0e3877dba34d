import { PUBLIC } from './public-registry.ts'

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

/** A registry's service, and the fields of an ARN up to its account. */
const ownerOf = ({ account, region }: { account: string; region: string }) =>
  region === PUBLIC ? `arn:aws:ecr-public::${account}` : `arn:${partitionOf(region)}:ecr:${region}:${account}`

export const repositoryArn = (registry: { account: string; region: string }, name: string) =>
  `${ownerOf(registry)}:repository/${name}`
