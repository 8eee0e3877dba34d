import { Failure } from '../base/failure.ts'

/**
 * Characters that Docker and other clients take at most for registry and repository together:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
const NAME_LIMIT = 255

/**
 * Fails where the name of a repository, which ECR itself takes, is too long for references to its images.
 *
 * @param registry the host
 */
export function checkReferenceLength(registry: string, name: string): void {
  const length = registry.length + 1 + name.length
  if (length <= NAME_LIMIT) return
  const most = NAME_LIMIT - registry.length - 1
  throw new Failure(
    `Input 'repo' makes ${length} characters with the registry ${registry}, and Docker takes at most ${NAME_LIMIT}. Shorten the repository's name from ${name.length} to ${most} characters; it is ${JSON.stringify(name)}.`,
  )
}
