/** A fault to inject. The first members select the calls, the others define the effect. */
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
  /** Number of matching calls that succeed first. */
  readonly skip?: number
  /** Number of calls that are affected. */
  readonly times?: number

  /** Delay before the call is served, in ms. */
  readonly delayMs?: number
  /** Fails with this AWS error: `ThrottlingException`, `AccessDeniedException`, `ServerException`, ... */
  readonly error?: string
  /** Replaces the default error text. */
  readonly message?: string
  /** Replaces the default HTTP status. */
  readonly status?: number
  /**
   * BatchGetImage and BatchDeleteImage of the API succeed, but report a failure with this code for every image;
   * `message` is the reason: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html
   */
  readonly imageFailure?: (typeof IMAGE_FAILURES)[number]
  /**
   * `reset` closes the connection before the call has an effect; `half` executes the call and truncates the response.
   */
  readonly connection?: 'reset' | 'half'
  /** Rate limit in calls per second, for each account and region; further calls are throttled. */
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

/** Operations that report a result for each image. */
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

/**
 * Validates a fault from the command line or the admin endpoint.
 *
 * @throws Error
 */
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
