import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { Job } from '@container-actions/runner-harness'
import type { EcrLocal } from 'ecr-local'

/** An ecr-local, in this process or in a separate one. */
export type Server = Pick<EcrLocal, 'endpoint' | 'registry' | 'region'> & {
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Media types that a registry client accepts; Docker's own registry returns an older format to clients that accept
 * anything.
 */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** An SDK client, independent of the actions, with the keys of the default account. */
export function clientOf(ecr: Server): ECRClient {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = ecr.environment
  return new ECRClient({ endpoint: ecr.endpoint, region: ecr.region, credentials: { accessKeyId, secretAccessKey } })
}

export async function createRepository(ecr: Server, repositoryName: string): Promise<void> {
  await clientOf(ecr).send(new CreateRepositoryCommand({ repositoryName }))
}

/** The registry of the keys' account, and a token for it in the format of `Authorization: Basic`. */
export async function registryOf(ecr: Server): Promise<{ readonly url: string; readonly token: string }> {
  const { authorizationData } = await clientOf(ecr).send(new GetAuthorizationTokenCommand({}))
  const [{ proxyEndpoint = '', authorizationToken = '' } = {}] = authorizationData ?? []
  return { url: proxyEndpoint, token: authorizationToken }
}

/** A registry token in the format of `Authorization: Basic`, for a client independent of the actions. */
export const authorizationOf = async (ecr: Server): Promise<string> => (await registryOf(ecr)).token

/** The same as a password for `docker login` with the user `AWS`. */
export async function passwordOf(ecr: Server): Promise<string> {
  return Buffer.from(await authorizationOf(ecr), 'base64')
    .toString()
    .replace('AWS:', '')
}

/** Prefixes of all tokens and passwords of this registry: the claims come before the random part. */
export async function tokenStarts(ecr: Server): Promise<string[]> {
  return [await authorizationOf(ecr), await passwordOf(ecr)].map((secret) => secret.slice(0, 40))
}

/** The digest of a tag according to the registry itself; `undefined` if the tag does not exist. */
export async function digestOf(ecr: Server, repository: string, tag: string): Promise<string | undefined> {
  const response = await fetch(`http://${ecr.registry}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { authorization: `Basic ${await authorizationOf(ecr)}`, accept: MANIFEST_TYPES },
  })
  return response.headers.get('docker-content-digest') ?? undefined
}

/** Values that must never be shown or stored: the key of the default account, and everything that the job masked. */
export function secretsOf(ecr: Server, job: Job): string[] {
  return [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...job.steps.flatMap((step) => step.masks)]
}
