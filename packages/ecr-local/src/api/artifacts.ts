import { invalidParameter } from '../api-error.ts'
import { findImage } from '../model/images.ts'
import { isDigest } from '../store/blobs.ts'
import { imageIdFrom } from './image-ids.ts'
import { type Operation, place, type Request, repositoryOf } from './operation.ts'
import { page } from './page.ts'

/** Everything that was pushed with the image as its subject: signatures, SBOMs, attestations. */
export const ListImageReferrers: Operation = (request) => {
  const { input } = request
  // There is no permission with this name: anyone who may read images may see these.
  const { repository } = repositoryOf({ ...request, operation: 'BatchGetImage' })
  const subject = input.required('subjectId').string('imageDigest')
  if (!isDigest(subject))
    throw invalidParameter('subjectId', "image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'")
  const types = input.object('filter')?.strings('artifactTypes')
  const all = repository.referrersOf(subject).filter(({ artifactType }) => !types || types.includes(artifactType ?? ''))
  const { items, nextToken } = page(all, input, 20)
  const referrers = items.map(({ digest, mediaType, artifactType, manifestSize, annotations }) => ({
    digest,
    mediaType,
    artifactType,
    size: manifestSize,
    annotations,
    artifactStatus: 'ACTIVE',
  }))
  return { referrers, nextToken }
}

/** Nothing is signed or replicated here, as in an account that has configured neither. */
export const DescribeImageSigningStatus: Operation = (request) => ({ ...existing(request), signingStatuses: [] })

export const DescribeImageReplicationStatus: Operation = (request) => {
  const { repositoryName, imageId } = existing(request)
  return { repositoryName, imageId, replicationStatuses: [] }
}

function existing(request: Request) {
  const { registry, repository } = repositoryOf(request)
  const id = imageIdFrom(request.input.required('imageId'))
  const { digest: imageDigest } = findImage(registry, repository, id)
  return { ...place(registry, repository), imageId: { ...id, imageDigest } }
}
