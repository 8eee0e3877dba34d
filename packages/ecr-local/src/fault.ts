/** Something that is to go wrong. The first members say for which calls, the others what happens to them. */
export interface Fault {
  /**
   * An operation of the API (`PutImage`, also when docker pushes a manifest), an STS action, a route of the registry
   * as in the call log (`HEAD manifest`), or `*`.
   */
  readonly operation: string
  readonly service?: 'ecr' | 'ecr-public' | 'sts' | 'registry'
  readonly account?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly repository?: string
  /** So many fitting calls go well first. */
  readonly skip?: number
  /** So many calls are struck, then no more. */
  readonly times?: number

  /** The call waits so long before it is served. */
  readonly delayMs?: number
  /** Fails with this error of AWS: `ThrottlingException`, `AccessDeniedException`, `ServerException`, ... */
  readonly error?: string
  /** Instead of the error's usual text. */
  readonly message?: string
  /** Instead of the error's usual HTTP status. */
  readonly status?: number
  /**
   * BatchGetImage and BatchDeleteImage of the API succeed, and say of every image that it failed with this code;
   * `message` is the reason: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html
   */
  readonly imageFailure?: (typeof IMAGE_FAILURES)[number]
  /** `reset` breaks the connection before the call does anything; `half` does it, and breaks in the middle of the answer. */
  readonly connection?: 'reset' | 'half'
  /** So many calls a second go well, in each account and region; more are throttled. */
  readonly perSecond?: number
}

const IMAGE_FAILURES = [
  'InvalidImageDigest',
  'InvalidImageTag',
  'ImageTagDoesNotMatchDigest',
  'ImageNotFound',
  'MissingDigestAndTag',
  'ImageReferencedByManifestList',
  'KmsError',
  'UpstreamAccessDenied',
  'UpstreamTooManyRequests',
  'UpstreamUnavailable',
  'ImageInaccessible',
] as const

/** The operations that answer for each image. */
const OF_IMAGES = ['BatchGetImage', 'BatchDeleteImage']

type Kind = 'string' | 'number' | readonly string[]

const MEMBERS: Readonly<Record<keyof Fault, Kind>> = {
  operation: 'string',
  service: ['ecr', 'ecr-public', 'sts', 'registry'],
  account: 'string',
  region: 'string',
  accessKeyId: 'string',
  repository: 'string',
  skip: 'number',
  times: 'number',
  delayMs: 'number',
  error: 'string',
  message: 'string',
  status: 'number',
  imageFailure: IMAGE_FAILURES,
  connection: ['reset', 'half'],
  perSecond: 'number',
}

/** Checks what came in over the command line or the admin endpoint. @throws Error */
export function parseFault(value: unknown): Fault {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('A fault is a JSON object.')
  for (const [name, member] of Object.entries(value)) {
    const kind = Object.hasOwn(MEMBERS, name) ? MEMBERS[name as keyof Fault] : undefined
    if (!kind) throw new Error(`A fault has no member '${name}'; it has ${Object.keys(MEMBERS).join(', ')}.`)
    const fits = typeof kind === 'string' ? typeof member === kind : kind.includes(String(member))
    const words = typeof kind === 'string' ? `a ${kind}` : `one of ${kind.join(', ')}`
    if (!fits) throw new Error(`The fault's member '${name}' must be ${words}; it is ${JSON.stringify(member)}.`)
  }
  const fault = value as Partial<Fault>
  if (fault.operation === undefined) throw new Error("A fault needs an 'operation', such as PutImage or *.")
  const does = ['delayMs', 'error', 'imageFailure', 'connection', 'perSecond'] as const
  if (does.every((name) => fault[name] === undefined)) throw new Error(`A fault needs one of ${does.join(', ')}.`)
  if (fault.imageFailure !== undefined && !OF_IMAGES.includes(fault.operation)) {
    throw new Error(`The fault's member 'imageFailure' needs the operation ${OF_IMAGES.join(' or ')}.`)
  }
  return fault as Fault
}
