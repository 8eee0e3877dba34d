import { type GitHubEvent, parseRegistryHost, type Repository } from '@container-actions/core'

/** The hosts of the AWS consoles, after the region, by the partition in an ARN. */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}

/** The URL of the image in the AWS console; `undefined` if the registry is not AWS's, or its console is unknown. */
export function consoleLink({ arn, registry, registryId, name }: Repository, digest: string): string | undefined {
  const region = parseRegistryHost(registry)?.region
  const host = CONSOLES[arn.split(':')[1] ?? '']
  if (region === undefined || host === undefined) return undefined
  return `https://${region}.${host}/ecr/repositories/private/${registryId}/${name}/_/image/${digest}/details?region=${region}`
}

/** The URL of the commit of the run; `undefined` outside GitHub. */
export function commitLink({
  serverUrl,
  repository,
  sha,
}: Pick<GitHubEvent, 'serverUrl' | 'repository' | 'sha'>): string | undefined {
  const isSafe = /^https?:\/\/[\w.:-]+$/.test(serverUrl) && /^[\w.-]+\/[\w.-]+$/.test(repository)
  return isSafe && /^[0-9a-f]{40,64}$/.test(sha) ? `${serverUrl}/${repository}/commit/${sha}` : undefined
}
