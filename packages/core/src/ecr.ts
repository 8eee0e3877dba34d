import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { authorizationIn } from './ecr-authorization.ts'
import { awsErrorName, unless } from './ecr-error.ts'
import { type CreationSettings, creationInput, type Repository, repositoryOf } from './ecr-repository.ts'
import type { EcrSession } from './throttling.ts'

export type { CreationSettings, Repository } from './ecr-repository.ts'

/** A password for the registry, good for 12 hours in one region. */
export interface Authorization {
  readonly username: string
  readonly password: string
  /** Both as `Authorization: Basic` sends them. */
  readonly token: string
  readonly expiresAt: Date | undefined
  /** URL of the registry that it was asked for; ECR Public names none. */
  readonly endpoint?: string
}

export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  /** The manifest's own bytes, as text. */
  readonly body: string
}

/** The part of ECR that the actions use, for the repositories of one registry. */
export interface Ecr {
  authorization(): Promise<Authorization>
  /** `undefined` only where ECR says that there is no such repository; a denied call is a `Failure`. */
  find(name: string): Promise<Repository | undefined>
  /** All of at most 100 repositories by their names, in one call; `undefined` where at least one of them is missing. */
  findAll(names: readonly string[]): Promise<ReadonlyMap<string, Repository> | undefined>
  /** `undefined` where another job was faster. */
  create(name: string, settings?: CreationSettings): Promise<Repository | undefined>
  /** The manifest behind a tag or digest, unchanged; `undefined` where there is none. */
  manifest(repository: Repository, id: { tag: string } | { digest: string }): Promise<Manifest | undefined>
  /** Points `tag` at a manifest that the repository holds already. */
  tag(repository: Repository, manifest: Manifest, tag: string): Promise<void>
}

/** Every type that ECR stores, so that it never converts a manifest, which would change its digest. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** `registryId` is the account whose registry is meant; without it, the identity's own. */
export function ecrOf(session: EcrSession, registryId: string | undefined): Ecr {
  const { ecr } = session
  const registry = registryId === undefined ? {} : { registryId }
  return {
    async authorization() {
      const answer = await session.call('ecr:GetAuthorizationToken', (options) =>
        ecr.send(new GetAuthorizationTokenCommand({}), options),
      )
      return authorizationIn(answer.authorizationData?.[0], session)
    },
    async find(name) {
      const command = new DescribeRepositoriesCommand({ ...registry, repositoryNames: [name] })
      const answer = await unless('RepositoryNotFoundException', () =>
        session.call('ecr:DescribeRepositories', (options) => ecr.send(command, options), name),
      )
      return repositoryOf(answer?.repositories?.[0])
    },
    async findAll(names) {
      const command = new DescribeRepositoriesCommand({ ...registry, repositoryNames: [...names] })
      const answer = await unless('RepositoryNotFoundException', () =>
        session.call('ecr:DescribeRepositories', (options) => ecr.send(command, options)),
      )
      const found = (answer?.repositories ?? []).map(repositoryOf).filter((repository) => repository !== undefined)
      return found.length === names.length ? new Map(found.map((each) => [each.name, each])) : undefined
    },
    async create(name, settings = {}) {
      const command = new CreateRepositoryCommand({ ...registry, repositoryName: name, ...creationInput(settings) })
      const answer = await unless('RepositoryAlreadyExistsException', () =>
        session.call('ecr:CreateRepository', (options) => ecr.send(command, options), name),
      )
      return repositoryOf(answer?.repository)
    },
    async manifest(repository, id) {
      const command = new BatchGetImageCommand({
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageIds: ['tag' in id ? { imageTag: id.tag } : { imageDigest: id.digest }],
        acceptedMediaTypes: MANIFEST_TYPES,
      })
      const answer = await session.call('ecr:BatchGetImage', (options) => ecr.send(command, options), repository.name)
      const [image] = answer.images ?? []
      if (image?.imageManifest === undefined || image.imageId?.imageDigest === undefined) return undefined
      return {
        digest: image.imageId.imageDigest,
        body: image.imageManifest,
        mediaType: image.imageManifestMediaType ?? '',
      }
    },
    async tag(repository, manifest, tag) {
      const command = new PutImageCommand({
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageManifest: manifest.body,
        imageManifestMediaType: manifest.mediaType,
        imageDigest: manifest.digest,
        imageTag: tag,
      })
      try {
        await session.call('ecr:PutImage', (options) => ecr.send(command, options), repository.name)
      } catch (error) {
        if (awsErrorName(error) !== 'ImageAlreadyExistsException') throw error
      }
    },
  }
}
