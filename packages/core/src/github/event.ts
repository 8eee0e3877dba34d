import type { Environment } from '../base/environment.ts'
import { Failure, fileReason } from '../base/failure.ts'
import { readText } from '../base/text-file.ts'

/** The event that started the workflow, and where it runs. Fields that the runner does not set are empty strings. */
export interface GitHubEvent {
  readonly name: string
  /** The webhook's payload: https://docs.github.com/webhooks/webhook-events-and-payloads */
  readonly payload: Readonly<Record<string, unknown>>
  /** Value of GITHUB_REF: fully qualified on GitHub, not always elsewhere. */
  readonly ref: string
  readonly refName: string
  /** `branch`, `tag` or empty. */
  readonly refType: string
  readonly headRef: string
  readonly baseRef: string
  readonly sha: string
  /** `owner/name`. */
  readonly repository: string
  readonly serverUrl: string
  readonly apiUrl: string
  readonly runId: string
}

function readPayload(path: string | undefined): Record<string, unknown> {
  if (!path) return {}
  try {
    const payload: unknown = JSON.parse(readText(path))
    return typeof payload === 'object' && payload !== null ? { ...payload } : {}
  } catch (error) {
    throw new Failure(`The event file in GITHUB_EVENT_PATH cannot be read: ${path}: ${fileReason(error)}`, {
      cause: error,
    })
  }
}

/** Reads the event from the variables and the event file that the runner provides to every step. */
export function readEvent(env: Environment): GitHubEvent {
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    payload: readPayload(env['GITHUB_EVENT_PATH']),
    ref: env['GITHUB_REF'] ?? '',
    refName: env['GITHUB_REF_NAME'] ?? '',
    refType: env['GITHUB_REF_TYPE'] ?? '',
    headRef: env['GITHUB_HEAD_REF'] ?? '',
    baseRef: env['GITHUB_BASE_REF'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
    serverUrl: env['GITHUB_SERVER_URL'] ?? '',
    apiUrl: env['GITHUB_API_URL'] ?? '',
    runId: env['GITHUB_RUN_ID'] ?? '',
  }
}
