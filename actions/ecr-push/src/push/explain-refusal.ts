import type { Ecr, Repository } from '@container-actions/core'
import { isImmutable } from '../tags/mutability.ts'

/**
 * Asks ECR why its registry rejected a push without a reason. If ECR itself returns an error, that is the cause, and is
 * thrown.
 */
export async function pushRefusal(
  { name }: Repository,
  tag: string,
  ecr: Pick<Ecr, 'find' | 'manifest'>,
): Promise<string> {
  const repository = await ecr.find(name)
  if (repository === undefined) return `The repository '${name}' no longer exists.`
  const manifest = isImmutable(repository, tag) ? await ecr.manifest(repository, { tag }) : undefined
  if (manifest !== undefined) {
    return `Tag '${tag}' of ${name} is immutable and is ${manifest.digest} already. Push under a new tag, or set 'immutable_conflict: reuse'.`
  }
  return `The repository exists and the login is new, so either the identity lacks one of ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage, or ${name} has as many images as its quota allows.`
}
