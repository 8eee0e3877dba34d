import { invalidParameter } from '../api-error.ts'

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** The pattern as printed in ECR's message, which differs slightly from the one that it applies. */
export const PRINTED_PATTERN = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'

/** @throws ApiError InvalidParameterException */
export function repositoryName(name: string): string {
  if (name.length < 2) throw invalidParameter('repositoryName', 'Member must have length greater than or equal to 2')
  if (name.length > 256) throw invalidParameter('repositoryName', 'Member must have length less than or equal to 256')
  if (!NAME.test(name)) throw invalidParameter('repositoryName', `must satisfy regular expression '${PRINTED_PATTERN}'`)
  return name
}
