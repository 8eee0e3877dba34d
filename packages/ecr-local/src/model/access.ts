import { ApiError } from '../api-error.ts'
import { repositoryArn } from './arn.ts'
import { type Principal, verdict } from './policy.ts'
import { PUBLIC, serviceOf } from './public-registry.ts'
import type { Registry } from './registry.ts'
import type { Repository } from './repository.ts'

/** What anyone may do with a public repository. */
const PULL = ['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer', 'ListImages']

/**
 * The decision of IAM if every identity may do everything in its own account: a repository of another account needs a
 * policy that allows it, and a policy can also deny access to the own account.
 *
 * @param operation without `ecr:`
 * @throws ApiError AccessDeniedException
 */
export function demandAccess(principal: Principal, operation: string, registry: Registry, repository?: Repository) {
  const policy = repository?.settings.repositoryPolicy
  const action = `${serviceOf(registry)}:${operation}`
  const said = policy === undefined ? undefined : verdict(policy, principal, action)
  if (said === 'deny')
    throw denied(principal, operation, registry, repository, 'with an explicit deny in a resource-based policy')
  if (said === 'allow' || principal.account === registry.account) return
  if (registry.region === PUBLIC && PULL.includes(operation)) return
  const reason = `because no resource-based policy allows the ${action} action`
  throw denied(principal, operation, registry, repository, reason)
}

/** AWS's error message; the reason names the type of policy that decided. */
export function denied(
  principal: Principal,
  operation: string,
  registry: Registry,
  repository: Repository | undefined,
  reason = `because no identity-based policy allows the ${serviceOf(registry)}:${operation} action`,
): ApiError {
  const resource = repository
    ? repositoryArn(registry, repository.name)
    : operation === 'GetAuthorizationToken'
      ? '*'
      : repositoryArn(registry, '*')
  return new ApiError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: ${serviceOf(registry)}:${operation} on resource: ${resource} ${reason}`,
  )
}
