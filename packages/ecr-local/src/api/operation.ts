import { ApiError, invalidParameter } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import type { Caller } from '../identity/authentication.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import type { Input } from './input.ts'

/** One call of the ECR API. */
export interface Request {
  readonly input: Input
  readonly caller: Caller
  readonly ecr: Ecr
}

/** Answers with the members of the response; undefined members are left out. Throws ApiError. */
export type Operation = (request: Request) => object | Promise<object>

/** The registry that the call is about: the caller's own unless `registryId` names another account's. */
export function registryOf({ input, caller, ecr }: Request): Registry {
  const account = input.optional('registryId') ?? caller.account
  if (!/^\d{12}$/.test(account)) {
    throw invalidParameter('registryId', 'Member must satisfy regular expression pattern: [0-9]{12}')
  }
  return ecr.registries.get(account, caller.region)
}

/** @throws ApiError for a name that no repository can have, or that none has */
export function repositoryOf(request: Request): { registry: Registry; repository: Repository } {
  const registry = registryOf(request)
  return { registry, repository: registry.repository(repositoryName(request.input.string('repositoryName'))) }
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const NAME_PATTERN = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'

/** @throws ApiError InvalidParameterException */
export function repositoryName(name: string): string {
  if (name.length < 2) throw invalidParameter('repositoryName', 'Member must have length greater than or equal to 2')
  if (name.length > 256) throw invalidParameter('repositoryName', 'Member must have length less than or equal to 256')
  if (!NAME.test(name)) throw invalidParameter('repositoryName', `must satisfy regular expression '${NAME_PATTERN}'`)
  return name
}

/** One page of a list and where the next begins. The token is opaque to clients. */
export function page<Item>(items: readonly Item[], request: Request, defaults = { size: 100, max: 1000 }) {
  const { input } = request
  const size = input.integer('maxResults', { min: 1, max: defaults.max }) ?? defaults.size
  const start = offsetOf(input.optional('nextToken'))
  const next = start + size
  return {
    items: items.slice(start, next),
    nextToken: next < items.length ? Buffer.from(`offset:${next}`).toString('base64') : undefined,
  }
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0
  const offset = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]
  if (offset === undefined) throw new ApiError('InvalidParameterException', 'Invalid nextToken')
  return Number(offset)
}

/** Timestamps are seconds since 1970 with fractions. */
export const seconds = (milliseconds: number) => milliseconds / 1000
