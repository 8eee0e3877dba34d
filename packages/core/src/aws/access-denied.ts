import type { AwsCall } from './call.ts'

/** AWS's message for a denied call: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const DENIED =
  /^User: (?<principal>\S+) is not authorized to perform: (?<action>\S+)(?: on resource: (?<resource>\S+))?(?<rest>.*)$/

/** Calls that need a second permission, which AWS reports under its own name. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  'ecr-public:GetAuthorizationToken': ['sts:GetServiceBearerToken'],
  'sts:GetServiceBearerToken': ['ecr-public:GetAuthorizationToken'],
}

const statement = (action: string, resource: string): string => {
  const actions = [action, ...(TOGETHER[action] ?? [])].sort()
  return JSON.stringify({ Effect: 'Allow', Action: actions.length > 1 ? actions : action, Resource: resource })
}

/** The error for a denied call: who may not do what, and the statement that would allow it. */
export function denialLine(message: string, call: Pick<AwsCall, 'action'>): string {
  const {
    principal = 'this identity',
    action = call.action,
    resource = '*',
    rest = '',
  } = DENIED.exec(message)?.groups ?? {}
  const denies = `AWS denies ${action} to ${principal}`
  const [, denying] = /\bexplicit deny in (an? [\w -]*?(?:policy|boundary))/.exec(rest) ?? []
  if (denying !== undefined || rest.includes('explicit deny')) {
    return `${denies} on ${resource}: an explicit deny in ${denying ?? 'a policy'} forbids it, and no other policy can override that. Change that policy, or use another identity.`
  }
  const [, missing = 'identity-based policy'] = /\bno ([\w -]*?(?:policy|boundary)) allows\b/.exec(rest) ?? []
  if (missing === 'resource-based policy' && action === 'ecr:CreateRepository') {
    return `${denies} on ${resource}, which belongs to another account, and a repository that does not exist has no policy yet. Create it in that account, or set 'assume_role' to a role of that account that may.`
  }
  if (missing === 'resource-based policy') {
    const shared = JSON.stringify({ Effect: 'Allow', Principal: { AWS: principal }, Action: action })
    return `${denies} on ${resource}, which belongs to another account. Add this statement to the repository policy there: ${shared}`
  }
  const where = missing === 'identity-based policy' ? 'its IAM policy' : `the ${missing}, which allows too little`
  return `${denies}. Add this statement to ${where}: ${statement(action, resource)}`
}
