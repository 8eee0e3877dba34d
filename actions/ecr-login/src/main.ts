import {
  type Authorization,
  type AwsSession,
  checkReferenceLength,
  type Job,
  type JobLogins,
  PUBLIC_HOSTS,
} from '@container-actions/core'
import type { Inputs } from './inputs.ts'
import { hostsOf, type PrivateRegistry, type Registry } from './registry.ts'

/** What this action needs from AWS and from Docker. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity'>
  readonly ecr: Authorizations
  readonly docker: JobLogins
}

/** Logins from AWS. */
export interface Authorizations {
  /** The login for a registry, and the host that AWS names for it. */
  of(registry: PrivateRegistry): Promise<Authorization & { readonly registry: string }>
  public(): Promise<Authorization>
}

/** Outputs, named as in action.yml. */
export type Outputs = {
  readonly registry: string
  readonly registries: string
  readonly image: string
  readonly docker_config: string
  readonly expires_at: string
  readonly account_id: string
}

/** A login and all hosts it is valid for; the first one is the registry's name. */
interface Login {
  readonly hosts: readonly [string, ...string[]]
  readonly authorization: Authorization
}

async function loginFor(registry: Registry, ecr: Authorizations): Promise<Login> {
  if (registry.kind === 'public') return { hosts: PUBLIC_HOSTS, authorization: await ecr.public() }
  const authorization = await ecr.of(registry)
  return { hosts: hostsOf(registry, authorization.registry), authorization }
}

/** When the first login expires; empty if AWS gives no expiry. */
function firstEnd(logins: readonly Login[]): string {
  const ends = logins.flatMap(({ authorization: { expiresAt } }) =>
    expiresAt === undefined ? [] : [expiresAt.getTime()],
  )
  return ends.length === 0 ? '' : new Date(Math.min(...ends)).toISOString()
}

/** Output names as in amazon-ecr-login: `docker_password_123456789012_dkr_ecr_eu_central_1_amazonaws_com`. */
function credentialOutputs(logins: readonly Login[]): Record<string, string> {
  const outputs = logins.flatMap(({ hosts, authorization: { username, password } }) =>
    hosts
      .map((host) => host.replaceAll(/[^A-Za-z0-9]/g, '_'))
      .flatMap((host) => [
        [`docker_username_${host}`, username],
        [`docker_password_${host}`, password],
      ]),
  )
  return Object.fromEntries(outputs)
}

/** Logs in to the registries for the later steps of the job; nothing is written until all logins have been obtained. */
export async function main(inputs: Inputs, { session, ecr, docker }: Ports, job: Job): Promise<Outputs> {
  const [identity, logins] = await job.phase('Get logins from AWS', async () => {
    const asked = session.identity()
    const given = inputs.registries.map((registry) => loginFor(registry, ecr))
    // Do not let one of them log after another has failed.
    await Promise.allSettled([asked, ...given])
    return [await asked, await Promise.all(given)] as const
  })
  const [registry = ''] = logins.map(({ hosts }) => hosts[0])
  const { image } = inputs
  if (image !== undefined) checkReferenceLength(registry, image.replace(/[:@].*$/s, ''))
  const byHost = new Map(logins.flatMap(({ hosts, authorization }) => hosts.map((host) => [host, authorization])))
  const folder = await docker.logIn(byHost)
  const registries = [...new Set(logins.map(({ hosts }) => hosts[0]))]
  const end = firstEnd(logins)
  const until = end === '' ? '' : `, until ${end}`
  job.runner.info(`Logged in to ${[...byHost.keys()].join(', ')}${until}. DOCKER_CONFIG is ${folder}`)
  return {
    registry,
    registries: registries.join('\n'),
    image: image === undefined ? '' : `${registry}/${image}`,
    docker_config: folder,
    expires_at: end,
    account_id: identity.account,
    ...(inputs.outputCredentials ? credentialOutputs(logins) : {}),
  }
}
