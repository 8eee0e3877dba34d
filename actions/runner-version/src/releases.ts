import { Failure, type Web, WebError } from '@container-actions/core'
import { answerProblem, githubHeaders, isLimited, jsonOf } from './github-answer.ts'
import { type Asset, type Release, readOffer, readReleases } from './release.ts'
import { type Cached, readCache, writeCache } from './release-cache.ts'
import { parseVersion, type Version } from './version.ts'

/** Releases as known to GitHub. */
export interface Releases {
  readonly releases: readonly Release[]
  /** `undefined` if it could not be determined. */
  readonly latest: Version | undefined
  /** Problems to log; empty if there were none. */
  readonly notices: readonly string[]
}

export interface Source {
  readonly web: Web
  /** API URL of the server that hosts the runner's releases. */
  readonly apiUrl: string
  readonly token: string | undefined
  /**
   * Caches the last response, so that an unchanged list does not count against the rate limit; `undefined` for no
   * cache.
   */
  readonly cacheFile: string | undefined
  readonly signal: AbortSignal
  /** Timeout for each response in ms, including redirects and retries. */
  readonly timeout: number
}

const PAGE = 30
const LATEST = 'https://github.com/actions/runner/releases/latest'

const CURE = "A token has a limit of its own: give 'github_token'."

/** The list of releases, from the cache if GitHub reports that it has not changed. */
async function listed(source: Source): Promise<unknown> {
  const { web, apiUrl, cacheFile, signal, timeout } = source
  const cached: Cached | undefined = cacheFile === undefined ? undefined : readCache(cacheFile)
  const url = `${apiUrl}/repos/actions/runner/releases?per_page=${PAGE}`
  const headers = {
    ...githubHeaders(source.token),
    ...(cached === undefined ? {} : { 'if-none-match': cached.etag }),
  }
  const answer = await web.request({ url, headers, signal, timeout, redirects: 3 })
  if (answer.status === 304 && cached !== undefined) return cached.answer
  if (answer.status !== 200) throw new WebError(answerProblem(answer, CURE))
  const { etag } = answer.headers
  const body = jsonOf(answer)
  if (etag !== undefined && cacheFile !== undefined) writeCache(cacheFile, { etag, answer: body })
  return body
}

/** The latest version from the redirect of the latest-release page, which has no rate limit. */
async function redirected({ web, signal, timeout }: Source): Promise<Version | undefined> {
  const { headers } = await web.request({ method: 'HEAD', url: LATEST, signal, timeout })
  const [, tag = ''] = /\/releases\/tag\/(v[\d.]+)$/.exec(headers.location ?? '') ?? []
  return parseVersion(tag)
}

/** Finds the releases of the runner; never fails because of the network, but reports what is known. */
export async function findReleases(source: Source): Promise<Releases> {
  const notices: string[] = []
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof WebError)) throw error
      notices.push(error.message)
      return undefined
    }
  }
  const releases = (await attempt(async () => readReleases(await listed(source)))) ?? []
  if (releases[0] !== undefined) return { releases, latest: releases[0].version, notices }
  if (notices.length === 0) notices.push("GitHub's API named no release of the runner.")
  const latest = await attempt(() => redirected(source))
  return { releases, latest, notices }
}

/**
 * The version that GitHub offers to new runners of an organization, which can lag behind the latest while it is rolled
 * out: https://docs.github.com/rest/actions/self-hosted-runners#list-runner-applications-for-an-organization
 *
 * @throws {Failure} if the token lacks the permission
 */
export async function findOffer(
  organization: string,
  platform: string,
  source: Source,
): Promise<(Asset & { readonly version: Version }) | undefined> {
  const { web, apiUrl, signal, timeout } = source
  const url = `${apiUrl}/orgs/${encodeURIComponent(organization)}/actions/runners/downloads`
  const answer = await web.request({ url, headers: githubHeaders(source.token), signal, timeout, redirects: 3 })
  if ([401, 403, 404].includes(answer.status) && !isLimited(answer)) {
    throw new Failure(
      `GitHub does not show which runner ${JSON.stringify(organization)} is offered (${answer.status}). 'channel: organization' requires a 'github_token' of an organization owner, with the permission "Self-hosted runners: read".`,
    )
  }
  if (answer.status !== 200) throw new WebError(answerProblem(answer, CURE))
  return readOffer(jsonOf(answer), platform)
}
