import { existsSync } from 'node:fs'
import { loadSdk } from '../aws/load-sdk.ts'
import type { Environment } from '../base/environment.ts'
import { Failure, reason } from '../base/failure.ts'
import { ID_TOKEN_PERMISSION } from './oidc.ts'
import { quietLogger, type RunnerSource, type SourceOptions } from './runner-source.ts'

/** Files that Docker and Podman create in each container, and variables that Kubernetes sets in each. */
const isContainer = (env: Environment): boolean =>
  Boolean(env['KUBERNETES_SERVICE_HOST']) || ['/.dockerenv', '/run/.containerenv'].some((file) => existsSync(file))

/**
 * By default, the token response of the metadata service may not pass a router, so it never reaches a container:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
 */
const HOP_LIMIT =
  " The step runs in a container, where the EC2 metadata service responds only with a hop limit of at least 2: 'aws ec2 modify-instance-metadata-options --instance-id … --http-put-response-hop-limit 2'."

/** The response of the metadata service, for display; `undefined` if there was none. */
function answer(error: unknown): string | undefined {
  const { statusCode, code } = (error ?? {}) as { statusCode?: number; code?: string }
  if (statusCode === 404) return 'it has no role (status 404)'
  if (statusCode !== undefined && statusCode !== 401) return `it answered ${statusCode}`
  // Without the token, which did not arrive, the service rejects the request.
  if (statusCode === 401 || code !== undefined || /Timeout/.test(reason(error))) return undefined
  return reason(error)
}

/** What to do if the runner has no keys at all. */
function nothing(said: string, hint: string, role: string | undefined): Failure {
  const missing = `no key inputs are given, the runner's environment and AWS files name no source, and the metadata service of the machine gives none: ${said}`
  const cure =
    role === undefined
      ? "Give 'access_key_id' and 'secret_access_key', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY on the runner."
      : `To assume the role with GitHub's OIDC token, add to the job: ${ID_TOKEN_PERMISSION}.`
  const start = role === undefined ? 'No AWS credentials' : `No AWS credentials to assume role '${role}' with`
  return new Failure(`${start}: ${missing}. ${cure}${hint}`)
}

/** The instance role: the last resort if nothing is configured. */
export function machineRole(env: Environment, options: SourceOptions & { role: string | undefined }): RunnerSource {
  const { role, debug } = options
  const isOff = !['', 'false'].includes(env['AWS_EC2_METADATA_DISABLED'] ?? '')
  return {
    name: 'the role of the machine (instance metadata)',
    named: { by: 'nothing names', undo: 'name one' },
    async get() {
      if (isOff) throw nothing('AWS_EC2_METADATA_DISABLED is true', '', role)
      const { loadMachine } = await loadSdk()
      const { fromInstanceMetadata } = await loadMachine()
      try {
        return await fromInstanceMetadata({ logger: quietLogger(debug) })()
      } catch (error) {
        const said = answer(error)
        const hint = said === undefined && isContainer(env) ? HOP_LIMIT : ''
        throw nothing(said ?? 'it does not answer', hint, role)
      }
    },
  }
}
