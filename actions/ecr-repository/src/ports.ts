import type { AwsSession, Ecr, EcrSettings } from '@container-actions/core'

/** What this action needs from AWS. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity' | 'region'>
  readonly ecr: Pick<Ecr, 'find' | 'findAll' | 'create'>
  readonly settings: EcrSettings
}
