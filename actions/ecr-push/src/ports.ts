import type { Authorization, AwsSession, Docker, Ecr, EcrSettings, EngineImages } from '@container-actions/core'
import type { Daemon } from './daemon.ts'

/** What this action needs from AWS and from Docker. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity' | 'region'>
  readonly ecr: Ecr
  readonly docker: Docker
  readonly images: EngineImages
  /** Waits for the Docker daemon, at most `timeout` ms. */
  readonly daemon: (timeout: number, signal: AbortSignal) => Promise<Daemon>
  /** The platform of the engine, once that responds; `undefined` if it does not report it. */
  readonly platform: (timeout: number) => Promise<string | undefined>
  /** Why Docker's engine gets no connection to an image's registry; `undefined` where that is not known to be so. */
  readonly unreached: (reference: string) => Promise<string | undefined>
  readonly settings: Pick<EcrSettings, 'setPolicy' | 'setScanOnPush'>
  /** A login for the registry of another account, or of the identity's own, with its host. */
  readonly registry: (account?: string) => Promise<Authorization & { readonly registry: string }>
}
