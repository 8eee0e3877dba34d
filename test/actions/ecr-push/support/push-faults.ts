import type { Fault } from '../../../../packages/ecr-local/src/index.ts'
import type { With } from '../../../../packages/runner-harness/src/inputs.ts'
import type { PushCall } from './push-call.ts'

/** One kind of failure of a call, and the expected outcome. */
export interface PushFault {
  /** Heading of its table. */
  readonly title: string
  /** What happens, and why the outcome is correct; printed in the document. */
  readonly why: string
  readonly fault: Omit<Fault, 'operation'>
  /** The calls that it affects; all if omitted. */
  readonly strikes?: (call: PushCall) => boolean
  readonly given?: With
  /** Variables of the machine. */
  readonly machine?: Readonly<Record<string, string>>
  /** Its runs mostly wait, so all of them can run in parallel. */
  readonly idle?: boolean
  /** A run outlives it at calls of every kind, so that one of each kind is struck in the same run. */
  readonly together?: boolean
  /** Matches the error line; `undefined` if the run has to succeed. */
  readonly line: (call: PushCall) => RegExp | undefined
  /** A successful run is acceptable too. */
  readonly mayPass?: boolean
}

const isApi = ({ service }: PushCall) => service !== 'registry'
const isRegistry = ({ service }: PushCall) => service === 'registry'
const isSts = ({ service }: PushCall) => service === 'sts'
const passes = () => undefined

/** The minimum number of attempts a user can configure, so that a persistent fault is reported soon. */
const IMPATIENT = { given: { push_retries: 0 }, machine: { AWS_MAX_ATTEMPTS: '2' } }

/** A fault that affects a single call. */
const once = (title: string, fault: PushFault['fault'], why: string): PushFault => ({
  ...{ title: `${title}, once`, fault: { ...fault, times: 1 }, why, line: passes, together: true },
})

/** A persistent fault. */
const always = (title: string, fault: PushFault['fault'], why: string, line: PushFault['line']): PushFault => ({
  ...{ title: `${title}, for good`, fault, why, line, ...IMPATIENT },
})

const THROTTLING = { error: 'ThrottlingException' }
const ERROR_500 = { error: 'ServerException' }
const RESET = { connection: 'reset' } as const
const HALF = { connection: 'half' } as const
const EXPIRED = { error: 'ExpiredTokenException' }

export const PUSH_FAULTS: readonly PushFault[] = [
  {
    title: 'Latency of 30 s',
    why: 'A late response is still used. For API calls, the SDK retries after 30 s.',
    fault: { delayMs: 30_000, times: 1 },
    idle: true,
    line: passes,
  },
  {
    ...always(
      'Error 500',
      ERROR_500,
      'With `push_retries: 0` and `AWS_MAX_ATTEMPTS=2`. Docker itself tries each layer five times, for about a minute.',
      (call) => (isApi(call) ? /AWS server error .*: Internal error\./ : /Internal error|500 Internal Server Error/),
    ),
    idle: true,
  },
  {
    ...always(
      'Reset connection',
      RESET,
      'With `push_retries: 0` and `AWS_MAX_ATTEMPTS=2`. Docker itself tries each layer five times, for about a minute.',
      (call) =>
        isApi(call)
          ? /AWS cannot be reached.*ECONNRESET/
          : /connection reset by peer|EOF|broken pipe|use of closed network connection/,
    ),
    idle: true,
  },
  once('Throttling', THROTTLING, 'Throttling is transient and is retried, with backoff and jitter.'),
  always(
    'Throttling',
    THROTTLING,
    'With `push_retries: 0` and `AWS_MAX_ATTEMPTS=2`; by default, retries continue for more than a minute.',
    (call) => (isApi(call) ? /^AWS still throttles/ : /Rate exceeded|429/),
  ),
  once('Error 500', ERROR_500, 'Occasional server errors are retried.'),
  once('Reset connection', RESET, 'Occasional network errors are retried; the call had no effect.'),
  once('Truncated response', HALF, 'The call succeeded, but the connection broke during the response. It is retried.'),
  {
    ...always(
      'Truncated response',
      HALF,
      'With `push_retries: 0` and `AWS_MAX_ATTEMPTS=2`. Write calls succeed although the response is lost; tags are read back before they count as failed.',
      (call) => (isApi(call) ? /AWS cannot be reached.*ECONNRESET/ : /EOF|connection reset by peer/),
    ),
    mayPass: true,
  },
  {
    ...once('Expired login of the registry', EXPIRED, 'A build can outlast its login; the login is renewed once.'),
    strikes: isRegistry,
    together: false,
  },
  {
    ...always(
      'Expired login of the registry',
      EXPIRED,
      'If the new login is rejected too, it is not renewed again. The registry gives no reason for a rejected `HEAD`, so ECR is queried for one.',
      () => /expired|lacks one of/,
    ),
    strikes: isRegistry,
  },
  {
    title: 'Expired AWS session that can be renewed',
    why: 'A role session is renewed once. The keys used to assume the role cannot be renewed.',
    fault: { ...EXPIRED, times: 1 },
    strikes: isApi,
    line: (call) => (isSts(call) ? /^The AWS session from the environment variables .* has expired/ : undefined),
  },
  {
    title: 'Expired AWS session that cannot be renewed',
    why: 'Retrying cannot help, so the step fails immediately; but once the layers are pushed, the registry login, which is valid for longer, is enough for the tags.',
    fault: EXPIRED,
    strikes: isApi,
    mayPass: true,
    line: () => /^The AWS session from .* has expired\. Get new credentials/,
  },
  {
    title: 'Access denied',
    why: 'There are no retries. The error names the missing IAM action; the registry gives no reason for a rejected `HEAD`, so the error lists all actions that a push needs.',
    fault: { error: 'AccessDeniedException' },
    line: () => /AWS denies (?:role|(?:ecr|sts):)|lacks one of ecr:/,
  },
]
