import type { DaemonCause, Waited } from '@container-actions/core'
import { buildkitdConfig } from './buildkitd.ts'
import type { FailedCheck } from './checks.ts'
import type { Inspection } from './inspection.ts'

/** Outputs, named as in action.yml. */
export type Outputs = {
  readonly ready: boolean
  readonly endpoint: string
  readonly endpoint_source: string
  readonly engine: string
  readonly server_version: string
  readonly api_version: string
  readonly min_api_version: string
  readonly os: string
  readonly arch: string
  readonly storage_driver: string
  readonly cgroup_version: string
  readonly rootless: boolean | undefined
  readonly buildkit: boolean | undefined
  readonly buildx_version: string
  readonly registry_mirrors: string
  readonly buildkitd_config: string
  readonly waited_ms: number
  readonly attempts: number
  readonly cause: DaemonCause | FailedCheck | ''
  readonly hint: string
}

/** What is wrong, and what to change. */
export interface Problem {
  readonly cause: DaemonCause | FailedCheck
  readonly hint: string
}

/** The outputs of a wait; those about the daemon are empty if it was not inspected. */
export function outputsOf(
  { endpoint, waitedMs, attempts }: Waited,
  inspection: Inspection | undefined,
  problem: Problem | undefined,
): Outputs {
  const { daemon, cli } = inspection ?? {}
  return {
    ready: problem === undefined,
    endpoint: endpoint.url,
    endpoint_source: endpoint.source,
    engine: daemon?.engine ?? '',
    server_version: daemon?.serverVersion ?? '',
    api_version: daemon?.apiVersion ?? '',
    min_api_version: daemon?.minApiVersion ?? '',
    os: daemon?.os ?? '',
    arch: daemon?.arch ?? '',
    storage_driver: daemon?.storageDriver ?? '',
    cgroup_version: daemon?.cgroupVersion ?? '',
    rootless: daemon?.rootless,
    buildkit: daemon?.buildkit,
    buildx_version: cli?.buildxVersion ?? '',
    registry_mirrors: daemon === undefined ? '' : JSON.stringify(daemon.mirrors.map(({ url }) => url)),
    buildkitd_config: buildkitdConfig(daemon?.mirrors ?? []),
    waited_ms: waitedMs,
    attempts,
    cause: problem?.cause ?? '',
    hint: problem?.hint ?? '',
  }
}
