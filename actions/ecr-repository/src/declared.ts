import type { Environment } from '@container-actions/core'
import type { Declared } from './inputs.ts'
import type { DeclaredFor } from './plan.ts'
import { loadPolicy } from './policy/policy-file.ts'
import { LIFECYCLE, REPOSITORY } from './policy/policy-input.ts'

/** The step's declared settings, with policies read from their files. */
export function declarationOf(declared: Declared, env: Environment): DeclaredFor {
  const { mutability, scanOnPush, encryption, resourceTags } = declared
  const lifecycle = declared.lifecyclePolicy && loadPolicy(declared.lifecyclePolicy, LIFECYCLE, env)
  const policy = declared.repositoryPolicy && loadPolicy(declared.repositoryPolicy, REPOSITORY, env)
  return (location) => ({
    ...(encryption && { encryption }),
    ...(mutability && { image_tag_mutability: mutability }),
    ...(scanOnPush !== undefined && { scan_on_push: scanOnPush }),
    ...(lifecycle && { lifecycle_policy: lifecycle(location) }),
    ...(policy && { repository_policy: policy(location) }),
    ...(resourceTags && { resource_tags: resourceTags }),
  })
}
