import { ApiError } from '../api-error.ts'
import { partitionOf } from '../model/arn.ts'
import { accountOfAccessKey, type Settings } from '../settings.ts'
import type { Identity } from './identity.ts'
import type { Sessions } from './sessions.ts'

/** Access key → identity. Every account has one key without registration. */
export class Identities {
  readonly #settings: Settings
  readonly #sessions: Sessions

  constructor(settings: Settings, sessions: Sessions) {
    this.#settings = settings
    this.#sessions = sessions
  }

  /** @throws ApiError UnrecognizedClientException or ExpiredTokenException for invalid credentials */
  find(accessKeyId: string, sessionToken: string | undefined): Identity {
    const identity = this.#sessions.find(accessKeyId) ?? this.#user(accessKeyId)
    if (!identity || identity.sessionToken !== sessionToken) {
      throw new ApiError('UnrecognizedClientException', 'The security token included in the request is invalid.')
    }
    if (identity.expiresAt !== undefined && this.#settings.now() >= identity.expiresAt) {
      throw new ApiError('ExpiredTokenException', 'The security token included in the request is expired')
    }
    return identity
  }

  #user(accessKeyId: string): Identity | undefined {
    const settings = this.#settings
    const account = accessKeyId === settings.accessKeyId ? settings.accountId : accountOfAccessKey(accessKeyId)
    if (account === undefined) return undefined
    return {
      accessKeyId,
      secretAccessKey: settings.secretAccessKey,
      account,
      arn: `arn:${partitionOf(settings.region)}:iam::${account}:user/ecr-local`,
      userId: `AIDALOCAL${account}`,
    }
  }
}
