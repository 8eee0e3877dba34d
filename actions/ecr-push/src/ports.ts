import type { Authorization, AwsSession, Docker, Ecr, EcrSettings, EngineImages } from '@container-actions/core'
import type { Daemon } from './daemon.ts'

/** What this action needs of AWS and of Docker. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity' | 'region'>
  readonly ecr: Ecr
  readonly docker: Docker
  readonly images: EngineImages
  /** Waits so many milliseconds at most for Docker's daemon. */
  readonly daemon: (timeout: number, signal: AbortSignal) => Promise<Daemon>
  /** The platform that the engine builds for, once that answers; `undefined` where it does not say. */
  readonly platform: (timeout: number) => Promise<string | undefined>
  readonly settings: Pick<EcrSettings, 'setPolicy' | 'setScanOnPush'>
  /** A login for the registry of another account, or of the identity's own, with its host. */
  readonly registry: (account?: string) => Promise<Authorization & { readonly registry: string }>
}
