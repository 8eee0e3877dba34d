import { awsErrorName, undefinedOnError } from '../aws/error-name.ts'
import { loadSdk } from '../aws/load-sdk.ts'
import { authorizationIn } from './authorization.ts'
import { ecrCaller } from './call.ts'
import { type Ecr, MANIFEST_TYPES, type Manifest } from './ecr.ts'
import { type ImageParts, imageLabels, storedJson } from './image-config.ts'
import { checkFailures } from './image-failure.ts'
import { creationInput, repositoryOf } from './repository.ts'
import type { EcrSession } from './retry-throttled.ts'

/** Tags do not contain colons. */
const imageId = (id: string) => (id.includes(':') ? { imageDigest: id } : { imageTag: id })

/** Maximum number of images in one call. */
const MAX_IDS = 100

/** Stops the retries of a call. */
class Unwanted extends Error {
  override readonly name = 'Unwanted'
}

/**
 * @param registryId the account of the registry; defaults to that of the identity
 * @param host the registry host, if it was given; a FIPS or dual-stack host is kept in references
 */
export function ecrOf(session: EcrSession, registryId: string | undefined, host?: string): Ecr {
  const call = ecrCaller(session)
  const registry = registryId === undefined ? {} : { registryId }
  /** By repository and digest, which always identify the same bytes. */
  const known = new Map<string, Manifest>()
  const manifests: Ecr['manifests'] = async (repository, ids) => {
    const key = (digest: string) => `${repository.registryId}/${repository.name}@${digest}`
    const found = new Map<string, Manifest>()
    for (const id of ids) {
      const manifest = known.get(key(id))
      if (manifest !== undefined) found.set(id, manifest)
    }
    const names = [...new Set(ids)].filter((id) => !found.has(id))
    for (let at = 0; at < names.length; at += MAX_IDS) {
      const input = {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageIds: names.slice(at, at + MAX_IDS).map(imageId),
        acceptedMediaTypes: MANIFEST_TYPES,
      }
      const answer = await call(
        'ecr:BatchGetImage',
        (ecr, options) => ecr.batchGetImage(input, options),
        repository.name,
      )
      checkFailures(answer.failures ?? [], repository.name)
      for (const { imageId: id, imageManifest: body, imageManifestMediaType: mediaType = '' } of answer.images ?? []) {
        if (body === undefined || id?.imageDigest === undefined) continue
        const manifest = { digest: id.imageDigest, body, mediaType }
        known.set(key(id.imageDigest), manifest)
        found.set(id.imageDigest, manifest)
        if (id.imageTag !== undefined) found.set(id.imageTag, manifest)
      }
    }
    return found
  }
  const manifest: Ecr['manifest'] = async (repository, id) => {
    const name = 'tag' in id ? id.tag : id.digest
    return (await manifests(repository, [name])).get(name)
  }
  const config: ImageParts['config'] = ({ registryId, name }, layerDigest) => {
    const input = { registryId, repositoryName: name, layerDigest }
    return call(
      'ecr:GetDownloadUrlForLayer',
      async (ecr, options) => {
        const { downloadUrl = '' } = await ecr.getDownloadUrlForLayer(input, options)
        return storedJson(downloadUrl, session.http, options.abortSignal)
      },
      name,
    )
  }
  return {
    async authorization() {
      const answer = await call('ecr:GetAuthorizationToken', (ecr, options) => ecr.getAuthorizationToken({}, options))
      return authorizationIn(answer.authorizationData?.[0], session)
    },
    async find(name) {
      const input = { ...registry, repositoryNames: [name] }
      const answer = await undefinedOnError('RepositoryNotFoundException', () =>
        call('ecr:DescribeRepositories', (ecr, options) => ecr.describeRepositories(input, options), name),
      )
      return repositoryOf(answer?.repositories?.[0], host)
    },
    async findAll(names) {
      const input = { ...registry, repositoryNames: [...names] }
      const answer = await undefinedOnError('RepositoryNotFoundException', () =>
        call('ecr:DescribeRepositories', (ecr, options) => ecr.describeRepositories(input, options)),
      )
      const found = (answer?.repositories ?? []).flatMap((each) => repositoryOf(each, host) ?? [])
      return found.length === names.length ? new Map(found.map((each) => [each.name, each])) : undefined
    },
    async create(name, settings = {}) {
      const input = { ...registry, repositoryName: name, ...creationInput(settings) }
      const answer = await undefinedOnError('RepositoryAlreadyExistsException', () =>
        call('ecr:CreateRepository', (ecr, options) => ecr.createRepository(input, options), name),
      )
      return repositoryOf(answer?.repository, host)
    },
    manifest,
    manifests,
    labels: (repository, image) => imageLabels(repository, image, { manifest, config }),
    async tag(repository, manifest, tag, mayMove) {
      const { PutImageCommand } = await loadSdk()
      const command = new PutImageCommand({
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageManifest: manifest.body,
        imageManifestMediaType: manifest.mediaType,
        imageDigest: manifest.digest,
        imageTag: tag,
      })
      // Placed after the SDK's own retries, so that it runs before each of them.
      command.middlewareStack.add(
        (next) => async (call) => {
          if (mayMove !== undefined && !(await mayMove())) throw new Unwanted('The tag is not to be moved any more.')
          return next(call)
        },
        { step: 'finalizeRequest', name: 'mayMove', priority: 'low' },
      )
      try {
        await call('ecr:PutImage', (ecr, options) => ecr.send(command, options), repository.name)
      } catch (error) {
        if (awsErrorName(error) === 'Unwanted') return false
        if (awsErrorName(error) !== 'ImageAlreadyExistsException') throw error
      }
      return true
    },
  }
}
