import type { Environment } from '../base/environment.ts'

/**
 * AWS's own grammar of private registry hosts, as in its credential helper
 * (https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go).
 */
const HOST =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-zA-Z0-9][a-zA-Z0-9-_]*)\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/

/** Account and region in the host of a private ECR registry; `undefined` for any other host. */
export function parseRegistryHost(host: string): { account: string; region: string } | undefined {
  const [, account, region] = HOST.exec(host) ?? []
  return account === undefined || region === undefined ? undefined : { account, region }
}

/** Whether a host is IPv4-only and not FIPS, which is the one that AWS's API returns. */
export const isUsualHost = (host: string): boolean => host.includes('.dkr.ecr.')

/** The part that identifies a host of private ECR, even if the rest is invalid. */
const ECR_LIKE = /(?:^|\.)dkr[.-]ecr(?:-fips)?\./

/** Registries that are recognized even without a repository name. */
const WELL_KNOWN =
  /^(?:localhost|(?:[a-z0-9.-]+\.)?(?:docker\.io|ghcr\.io|quay\.io|gcr\.io|pkg\.dev|azurecr\.io|mcr\.microsoft\.com|registry\.k8s\.io|public\.ecr\.aws|ecr-public\.aws\.com))$/

/** Docker's rule for the first part of a name: https://github.com/distribution/reference/blob/main/normalize.go */
const isHost = (part: string): boolean => /[.:]/.test(part) || part === 'localhost'

/** Hosts of an ECR that does not use AWS's own names; its registry is at the same address as its API. */
export function ownHosts(env: Environment): string[] {
  const urls = [env['AWS_ENDPOINT_URL_ECR'], env['AWS_ENDPOINT_URL']].map((url) => url ?? '')
  return urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).host)
}

/** The error in the account ID in front of an ECR host. */
function ecrProblem(subject: string, host: string): string {
  const [, account = ''] = /^([^.]*)\.?dkr[.-]ecr/.exec(host) ?? []
  if (account === '') return `${subject}, which names the ECR host ${host} without an account ID in front of it.`
  if (/^\d+$/.test(account) && account.length !== 12) {
    return `${subject}, which names an account ID of ${account.length} digits in ${host}; AWS account IDs have 12, leading zeros included.`
  }
  return `${subject}, which names ${host}, which is not the host of an ECR registry.`
}

/**
 * The line that says why a name does not refer to a private ECR repository; `undefined` if it may.
 *
 * @param subject the beginning of the line: `Input 'repo' is "x"`
 * @param allowHost treats what Docker reads as another registry's host as part of the name
 */
export function foreignRegistry(subject: string, given: string, allowHost: boolean): string | undefined {
  const slash = given.indexOf('/')
  const first = slash < 0 ? given : given.slice(0, slash)
  if (/^https?:$/i.test(first)) return `${subject}, which is a URL; give the name of the repository.`
  if (parseRegistryHost(first) !== undefined) {
    return slash < 0 ? `${subject}, which is the host of a registry; add the name of the repository.` : undefined
  }
  if (ECR_LIKE.test(first)) return ecrProblem(subject, first)
  if (allowHost || !(slash < 0 ? WELL_KNOWN.test(first) : isHost(first))) return undefined
  return `${subject}, which names the registry ${first}, but this action supports only private ECR repositories. Remove the host; if the repository itself has that name, set 'allow_host_prefix: true'.`
}
