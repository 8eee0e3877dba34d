import { ApiError } from '../api-error.ts'
import type { Ecr } from '../ecr.ts'
import type { ImageFailure } from '../faults.ts'
import type { Caller } from '../identity/authentication.ts'
import { demandAccess } from '../model/access.ts'
import { accountOf, PUBLIC } from '../model/public-registry.ts'
import type { Registry } from '../model/registry.ts'
import type { Repository } from '../model/repository.ts'
import { repositoryName } from '../model/repository-name.ts'
import type { Input } from './input.ts'

/** One call of the ECR API. */
export interface Request {
  /** Name as in {@link OPERATIONS}; prefixed with `ecr:`, it is the required permission. */
  readonly operation: string
  readonly input: Input
  readonly caller: Caller
  readonly ecr: Ecr
  /** The failure to report for every image that the call names. */
  readonly imageFailure: ImageFailure | undefined
}

/** Returns the members of the response; undefined members are omitted. Throws ApiError. */
export type Operation = (request: Request) => object | Promise<object>

/**
 * The registry of a call that does not concern a single repository.
 *
 * @throws ApiError AccessDeniedException
 */
export function registryOf(request: Request): Registry {
  const registry = anyRegistryOf(request)
  demandAccess(request.caller, request.operation, registry)
  return registry
}

/** @throws ApiError if the name is invalid, the repository does not exist, or its policy denies access */
export function repositoryOf(request: Request, name = request.input.string('repositoryName')) {
  const registry = anyRegistryOf(request)
  const repository = registry.repository(repositoryName(name))
  demandAccess(request.caller, request.operation, registry, repository)
  return { registry, repository }
}

/** The members that most responses begin with. */
export const place = (registry: Registry, repository: Repository) => ({
  registryId: registry.account,
  repositoryName: repository.name,
})

/** The caller's own registry, unless `registryId` names another account. */
export function anyRegistryOf({ input, caller, ecr }: Request): Registry {
  const given = input.optional('registryId') ?? caller.account
  const account = caller.region === PUBLIC ? accountOf(given) : given
  if (account === undefined) {
    throw new ApiError('RegistryNotFoundException', `The registry with id '${given}' does not exist`)
  }
  return ecr.registries.get(account, caller.region)
}

/** Timestamps are in seconds since 1970, with fractions. */
export const seconds = (milliseconds: number) => milliseconds / 1000
