import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { Job } from '@container-actions/runner-harness'
import type { EcrLocal } from 'ecr-local'

/** An ecr-local, in this process or in another. */
export type Server = Pick<EcrLocal, 'endpoint' | 'registry' | 'region'> & {
  readonly environment: Readonly<Record<string, string>>
}

/** What a client of the registry accepts; Docker's own registry gives an older kind to whoever says nothing. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** The SDK's client, which the actions know nothing of, with the keys of the default account. */
export function clientOf(ecr: Server): ECRClient {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = ecr.environment
  return new ECRClient({ endpoint: ecr.endpoint, region: ecr.region, credentials: { accessKeyId, secretAccessKey } })
}

export async function createRepository(ecr: Server, repositoryName: string): Promise<void> {
  await clientOf(ecr).send(new CreateRepositoryCommand({ repositoryName }))
}

/** The registry of the keys' account, and a token of it as `Authorization: Basic` takes it. */
export async function registryOf(ecr: Server): Promise<{ readonly url: string; readonly token: string }> {
  const { authorizationData } = await clientOf(ecr).send(new GetAuthorizationTokenCommand({}))
  const [{ proxyEndpoint = '', authorizationToken = '' } = {}] = authorizationData ?? []
  return { url: proxyEndpoint, token: authorizationToken }
}

/** A token of the registry, as `Authorization: Basic` takes it, for a client that the actions know nothing of. */
export const authorizationOf = async (ecr: Server): Promise<string> => (await registryOf(ecr)).token

/** The same as `docker login` takes it, for the user `AWS`. */
export async function passwordOf(ecr: Server): Promise<string> {
  return Buffer.from(await authorizationOf(ecr), 'base64')
    .toString()
    .replace('AWS:', '')
}

/** How every token of this registry begins, and every password in it: the claims come before what is random. */
export async function tokenStarts(ecr: Server): Promise<string[]> {
  return [await authorizationOf(ecr), await passwordOf(ecr)].map((secret) => secret.slice(0, 40))
}

/** The digest behind a tag, as the registry itself tells it; `undefined` where there is no such tag. */
export async function digestOf(ecr: Server, repository: string, tag: string): Promise<string | undefined> {
  const response = await fetch(`http://${ecr.registry}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { authorization: `Basic ${await authorizationOf(ecr)}`, accept: MANIFEST_TYPES },
  })
  return response.headers.get('docker-content-digest') ?? undefined
}

/** What nothing may show or keep: the key of the default account, and all that the steps of the job have masked. */
export function secretsOf(ecr: Server, job: Job): string[] {
  return [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...job.steps.flatMap((step) => step.masks)]
}
