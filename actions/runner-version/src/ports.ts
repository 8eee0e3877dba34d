import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Environment, webOf } from '@container-actions/core'
import type { Inputs } from './inputs.ts'
import { findInstalled } from './installed.ts'
import type { Ports } from './main.ts'
import { platformOf } from './release.ts'
import { findOffer, findReleases, type Source } from './releases.ts'

const GITHUB = 'https://github.com'
const API = 'https://api.github.com'
const TIMEOUT = 5_000

/**
 * The runner is released on github.com, where a token of another server, such as an Enterprise Server, is not valid.
 */
function sourceOf(inputs: Inputs, env: Environment, signal: AbortSignal): Source {
  const isGitHub = (env['GITHUB_SERVER_URL'] || GITHUB) === GITHUB
  const cache = env['RUNNER_TOOL_CACHE'] || env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return {
    web: webOf(env),
    apiUrl: (isGitHub && env['GITHUB_API_URL']) || API,
    token: isGitHub ? inputs.token : undefined,
    cacheFile: join(cache, 'runner-version', 'releases.json'),
    signal,
    timeout: TIMEOUT,
  }
}

/** The real ports: this machine and GitHub. */
export function portsOf(inputs: Inputs, env: Environment, signal: AbortSignal): Ports {
  const source = sourceOf(inputs, env, signal)
  const platform = platformOf(process.platform, process.arch)
  // An organization belongs to the server on which the job runs.
  const own = { ...source, apiUrl: env['GITHUB_API_URL'] || API, token: inputs.token }
  return {
    installed: findInstalled,
    releases: () => findReleases(source),
    offer: (organization) => findOffer(organization, platform ?? '', own),
    platform,
    now: () => new Date(),
  }
}
