import type { GitHubEvent } from '@container-actions/core'

/** An event as a step in a job sees it, from its name, its payload and the GITHUB_ variables. */
export const eventOf = (
  name: string,
  payload: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): GitHubEvent => ({
  name,
  payload,
  ref: env['GITHUB_REF'] ?? '',
  refName: env['GITHUB_REF_NAME'] ?? '',
  refType: env['GITHUB_REF_TYPE'] ?? '',
  headRef: env['GITHUB_HEAD_REF'] ?? '',
  baseRef: env['GITHUB_BASE_REF'] ?? '',
  sha: env['GITHUB_SHA'] ?? '',
  repository: env['GITHUB_REPOSITORY'] ?? '',
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  runId: '1',
})
