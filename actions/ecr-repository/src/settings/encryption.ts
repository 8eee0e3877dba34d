import type { EncryptionType, InputReader, Repository } from '@container-actions/core'

/** Encryption of the layers in a repository. */
export interface Encryption {
  readonly type: EncryptionType
  /** ID, alias or ARN. If none is declared, any key is accepted. */
  readonly kmsKey: string | undefined
}

const TYPES = ['AES256', 'KMS', 'KMS_DSSE'] as const

/** https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id */
const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const ALIAS = /^alias\/[a-zA-Z0-9/_-]{1,250}$/
const ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:((?:key|alias)\/.+)$/

function isKey(text: string): boolean {
  const [, resource] = ARN.exec(text) ?? []
  if (resource?.startsWith('key/')) return KEY_ID.test(resource.slice('key/'.length))
  return KEY_ID.test(text) || ALIAS.test(resource ?? text)
}

/** Reads `encryption` and `kms_key`; `undefined` if neither is declared. */
export function readEncryption(input: InputReader): Encryption | undefined {
  const kmsKey = input.optional('kms_key')
  const given = input.optional('encryption')
  const type = given === undefined ? 'KMS' : input.oneOf('encryption', TYPES)
  if (kmsKey !== undefined && !isKey(kmsKey)) {
    input.reject(
      `Input 'kms_key' must be the ID, ARN or alias (alias/…) of a KMS key; it is ${JSON.stringify(kmsKey)}.`,
    )
  }
  if (kmsKey !== undefined && type === 'AES256') {
    input.reject("Input 'kms_key' makes no sense with 'encryption: AES256'. Use KMS or KMS_DSSE, or remove the key.")
  }
  return given === undefined && kmsKey === undefined ? undefined : { type, kmsKey }
}

/** The encryption of a repository as ECR describes it. */
export const encryptionOf = ({ encryptionType, kmsKey }: Repository): Encryption => ({
  type: encryptionType as EncryptionType,
  kmsKey,
})

/** ECR returns only the ARN of a key, so an alias cannot be compared and counts as equal. */
function sameKey(declared: string, actual: string | undefined): boolean {
  if (declared === actual) return true
  const resource = ARN.exec(declared)?.[1] ?? declared
  return resource.startsWith('alias/') || actual?.endsWith(`:key/${declared}`) === true
}

export const sameEncryption = (declared: Encryption, actual: Encryption): boolean =>
  declared.type === actual.type && (declared.kmsKey === undefined || sameKey(declared.kmsKey, actual.kmsKey))

/** Formats the encryption for display: `KMS with arn:aws:kms:…`. */
export const shownEncryption = ({ type, kmsKey }: Encryption): string =>
  kmsKey === undefined ? type : `${type} with ${kmsKey}`
