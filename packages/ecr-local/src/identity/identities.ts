import { ApiError } from '../api-error.ts'
import { partitionOf } from '../model/arn.ts'
import { accountOfAccessKey, type Settings } from '../settings.ts'

/** Who holds an access key. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** Access key → who it belongs to. Every account has one key without anyone registering it. */
export class Identities {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** @throws ApiError UnrecognizedClientException for a key that nobody was given */
  find(accessKeyId: string): Identity {
    const settings = this.#settings
    const account = accessKeyId === settings.accessKeyId ? settings.accountId : accountOfAccessKey(accessKeyId)
    if (account === undefined) throw unrecognizedClient()
    return {
      accessKeyId,
      secretAccessKey: settings.secretAccessKey,
      account,
      arn: `arn:${partitionOf(settings.region)}:iam::${account}:user/ecr-local`,
      userId: `AIDAECRLOCAL${account.slice(0, 9)}`,
    }
  }
}

const unrecognizedClient = () =>
  new ApiError('UnrecognizedClientException', 'The security token included in the request is invalid.')
