import { delimiter } from 'node:path'
import type { Folders } from './folders.ts'

/** The event that started the workflow. */
export interface Event {
  readonly name: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface ContextOptions {
  /** Defaults to a push to main. */
  readonly event?: { readonly name: string; readonly payload?: Readonly<Record<string, unknown>> }
  /** `owner/name` */
  readonly repository?: string
  /** Full ref, such as `refs/heads/main`, or `refs/pull/7/merge` for a pull request. */
  readonly ref?: string
  readonly sha?: string
  /** URL of GitHub's API. */
  readonly apiUrl?: string
  /** Increases from run to run. */
  readonly runId?: string
}

/** The contexts that action.yml may read, before a step adds its own keys. */
export interface Contexts {
  readonly github: Record<string, unknown>
  readonly runner: Record<string, string>
}

const SERVER = 'https://github.com'
const SHA = '5f0c3b7a9d2e4816c0b1a7f3e9d8c7b6a5f4e3d2'

/** The keys of `github` that become GITHUB_… (actions/runner src/Runner.Worker/GitHubContext.cs). */
const EXPORTED = new Set(
  `action_path action_ref action_repository action actor actor_id api_url base_ref env event_name event_path
  graphql_url head_ref job output path ref_name ref_protected ref_type ref repository repository_id repository_owner
  repository_owner_id retention_days run_attempt run_id run_number server_url sha state step_summary triggering_actor
  workflow workflow_ref workflow_sha workspace`.split(/\s+/),
)

/** @param token github.token of the job */
export function createContexts(options: ContextOptions, folders: Folders, token: string, debug: boolean): Contexts {
  const repository = options.repository ?? 'octo-org/app'
  const [owner = '', name = ''] = repository.split('/')
  const ref = options.ref ?? 'refs/heads/main'
  const sha = options.sha ?? SHA
  const apiUrl = options.apiUrl ?? 'https://api.github.com'
  const event: Event = {
    name: options.event?.name ?? 'push',
    payload: options.event?.payload ?? pushPayload(repository, owner, name, ref, sha),
  }
  const github = {
    ...{ token, event: event.payload, event_name: event.name, repository, repository_owner: owner, sha, ...refs(ref) },
    ...branches(event.payload),
    ...{ repository_id: '654321', repository_owner_id: '4321', ref_protected: 'false' },
    ...{ actor: 'octocat', actor_id: '583231', triggering_actor: 'octocat' },
    ...{ server_url: SERVER, api_url: apiUrl, graphql_url: `${apiUrl}/graphql` },
    ...{
      run_id: options.runId ?? '1658821493',
      run_number: '3',
      run_attempt: '1',
      retention_days: '90',
      job: 'build',
      workflow: 'CI',
    },
    ...{ workflow_ref: `${repository}/.github/workflows/ci.yml@${ref}`, workflow_sha: sha },
    ...{ workspace: folders.workspace, event_path: folders.event },
  }
  const runner = {
    ...{ os: 'Linux', arch: process.arch === 'arm64' ? 'ARM64' : 'X64', name: 'test-runner' },
    ...{ environment: 'self-hosted', tool_cache: folders.tools, temp: folders.temp },
    ...(debug ? { debug: '1' } : {}),
    workspace: folders.pipeline,
  }
  return { github, runner }
}

/** GITHUB_… and RUNNER_… of one step. */
export function contextEnvironment({ github, runner }: Contexts): Record<string, string> {
  const exported = Object.entries(github).filter(([key]) => EXPORTED.has(key))
  return Object.fromEntries([
    ...exported.map(([key, value]) => [`GITHUB_${key.toUpperCase()}`, String(value)]),
    ...Object.entries(runner).map(([key, value]) => [`RUNNER_${key.toUpperCase()}`, value]),
  ])
}

/** The environment of the runner process: only the developer's PATH is passed on. */
export function machineEnvironment(folders: Folders): Record<string, string> {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return {
    PATH: path.filter((folder) => !folder.includes('node_modules')).join(delimiter),
    HOME: folders.home,
    TMPDIR: folders.tmp,
    LANG: 'C.UTF-8',
    USER: 'runner',
    SHELL: '/bin/bash',
  }
}

function refs(ref: string): Record<string, string> {
  const short = /^refs\/(?:heads|tags|pull)\/(.*)$/s.exec(ref)?.[1] ?? ref
  return { ref, ref_name: short, ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch' }
}

/** Both are empty except for pull requests. */
function branches(payload: Readonly<Record<string, unknown>>): Record<string, string> {
  const pull = payload['pull_request'] as { head?: { ref?: string }; base?: { ref?: string } } | undefined
  return { head_ref: pull?.head?.ref ?? '', base_ref: pull?.base?.ref ?? '' }
}

function pushPayload(repository: string, owner: string, name: string, ref: string, sha: string) {
  return {
    ref,
    before: '0000000000000000000000000000000000000000',
    after: sha,
    repository: { name, full_name: repository, default_branch: 'main', owner: { login: owner } },
    head_commit: { id: sha, message: 'A commit' },
    sender: { login: 'octocat' },
  }
}
