import { Failure, type InputReader, parseRegistryHost, type Repository, tagProblem } from '@container-actions/core'

/** The existing image that gets the tags, instead of a new one. */
export interface RetagSource {
  /** Tag or digest. */
  readonly id: string
  /** The repository, with or without the registry host, if the input is a full reference. */
  readonly repository: string | undefined
}

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** `name:tag`, `name@digest` or both, with or without a host before the name. */
const REFERENCE = /^(?!sha256:)(?<repository>[^@\s]+?)(?::(?<tag>[^:/@\s]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/

const isId = (text: string | undefined): text is string =>
  text !== undefined && (DIGEST.test(text) || tagProblem(text) === undefined)

/** Reads a tag or digest, alone or in a full reference. */
export function readRetagSource(input: InputReader): RetagSource | undefined {
  const text = input.optional('retag_from')
  if (text === undefined) return undefined
  if (isId(text)) return { id: text, repository: undefined }
  const { repository, tag, digest } = REFERENCE.exec(text)?.groups ?? {}
  const id = digest ?? tag
  if (isId(id)) return { id, repository }
  input.reject(
    `Input 'retag_from' is ${JSON.stringify(text)}, which is neither a tag nor a digest. Use a tag like 1.4.2, or sha256: with 64 hexadecimal digits.`,
  )
  return undefined
}

/** Whether two names with hosts refer to the same repository; a registry has FIPS, dual-stack and plain hosts. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => {
    const [host = '', ...path] = name.split('/')
    const registry = parseRegistryHost(host)
    return registry && [registry.account, registry.region, ...path].join('/')
  })
  return a !== undefined && a === b
}

/** Fails if the image is not in the repository whose tags are set. */
export function checkRepository({ repository }: RetagSource, { name, uri }: Repository): void {
  if (repository === undefined || repository === name || repository === uri || isSame(repository, uri)) return
  throw new Failure(
    `Input 'retag_from' is an image of ${repository}, but the tags are for ${uri}. ECR can only tag images within a repository; copy the image with: docker buildx imagetools create --tag NEW OLD`,
  )
}

export const missingImage = ({ id }: RetagSource, name: string): Failure =>
  new Failure(
    `Input 'retag_from' is ${id}, but the repository '${name}' in this registry and region has no such image. Check the tag or digest, and that a lifecycle policy has not removed it.`,
  )
