import { Failure } from '../base/failure.ts'

/**
 * Maximum number of characters of registry and repository together in Docker and other clients:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
const NAME_LIMIT = 255

/**
 * Fails if a repository name that ECR itself accepts is too long for image references.
 *
 * @param registry the host
 */
export function checkReferenceLength(registry: string, name: string): void {
  const length = registry.length + 1 + name.length
  if (length <= NAME_LIMIT) return
  const most = NAME_LIMIT - registry.length - 1
  throw new Failure(
    `Input 'repo' and the registry ${registry} together have ${length} characters, but Docker accepts at most ${NAME_LIMIT}. Shorten the repository's name from ${name.length} to ${most} characters; it is ${JSON.stringify(name)}.`,
  )
}
