import type { ApiError } from '../api-error.ts'

/**
 * An error in the format of the registry protocol:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export class RegistryError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** Registry codes for API errors, as ECR translates them. */
const CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  AccessDeniedException: [403, 'DENIED'],
  EmptyUploadException: [400, 'BLOB_UPLOAD_INVALID'],
  ExpiredTokenException: [403, 'DENIED'],
  ImageDigestDoesNotMatchException: [400, 'MANIFEST_INVALID'],
  ImageNotFoundException: [404, 'MANIFEST_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  // https://github.com/abiosoft/colima/issues/1167
  InvalidLayerException: [400, 'BLOB_UPLOAD_INVALID'],
  InvalidLayerPartException: [416, 'BLOB_UPLOAD_INVALID'],
  // https://github.com/opcr-io/policy/issues/149, https://github.com/aws/containers-roadmap/issues/2783
  InvalidParameterException: [405, 'UNSUPPORTED'],
  LayerPartTooSmallException: [400, 'BLOB_UPLOAD_INVALID'],
  LayersNotFoundException: [404, 'BLOB_UPLOAD_UNKNOWN'],
  LimitExceededException: [403, 'DENIED'],
  ReferencedImagesNotFoundException: [404, 'MANIFEST_BLOB_UNKNOWN'],
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ThrottlingException: [429, 'TOOMANYREQUESTS'],
  UploadNotFoundException: [404, 'BLOB_UPLOAD_UNKNOWN'],
}

export const TOKEN_EXPIRED = 'Your authorization token has expired. Reauthenticate and try again.'

export function asRegistryError(error: ApiError): RegistryError {
  const [status, code] = CODES[error.name] ?? [error.status, 'UNKNOWN']
  // The API refers to the caller's session here, the registry to its own token.
  return new RegistryError(status, code, error.name === 'ExpiredTokenException' ? TOKEN_EXPIRED : error.message)
}
