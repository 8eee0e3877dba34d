import { ApiError } from '../api-error.ts'
import { partitionOf, repositoryArn } from './arn.ts'
import { type Principal, verdict } from './policy.ts'
import type { Registry } from './registry.ts'
import type { Repository } from './repository.ts'

/**
 * What IAM decides when every identity may do everything in its own account: another account's repository
 * needs a policy that says so, and a policy may deny even its own.
 * @param operation without its `ecr:`
 * @throws ApiError AccessDeniedException
 */
export function demandAccess(principal: Principal, operation: string, registry: Registry, repository?: Repository) {
  const policy = repository?.settings.repositoryPolicy
  const said = policy === undefined ? undefined : verdict(policy, principal, `ecr:${operation}`)
  if (said === 'deny')
    throw denied(principal, operation, registry, repository, 'with an explicit deny in a resource-based policy')
  if (said === 'allow' || principal.account === registry.account) return
  const reason = `because no resource-based policy allows the ecr:${operation} action`
  throw denied(principal, operation, registry, repository, reason)
}

/** AWS's sentence; the reason names the kind of policy that decided. */
export function denied(
  principal: Principal,
  operation: string,
  registry: Registry,
  repository: Repository | undefined,
  reason = `because no identity-based policy allows the ecr:${operation} action`,
): ApiError {
  const resource = repository
    ? repositoryArn(registry, repository.name)
    : operation === 'GetAuthorizationToken'
      ? '*'
      : `arn:${partitionOf(registry.region)}:ecr:${registry.region}:${registry.account}:repository/*`
  return new ApiError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: ecr:${operation} on resource: ${resource} ${reason}`,
  )
}
