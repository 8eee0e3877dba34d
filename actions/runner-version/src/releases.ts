import { Failure, type Web, WebError } from '@container-actions/core'
import { answerProblem, githubHeaders, isLimited, jsonOf } from './github-answer.ts'
import { type Asset, type Release, readOffer, readReleases } from './release.ts'
import { type Cached, readCache, writeCache } from './release-cache.ts'
import { parseVersion, type Version } from './version.ts'

/** What GitHub knows. */
export interface Releases {
  readonly releases: readonly Release[]
  /** `undefined` where nothing could be learnt. */
  readonly latest: Version | undefined
  /** What did not go as it should, for the log; empty where all went well. */
  readonly notices: readonly string[]
}

export interface Source {
  readonly web: Web
  /** GitHub's API, where the runner's releases are. */
  readonly apiUrl: string
  readonly token: string | undefined
  /** Keeps the last answer, so that an unchanged list costs nothing of the rate limit; without it, nothing is kept. */
  readonly cacheFile: string | undefined
  readonly signal: AbortSignal
  /** Milliseconds for each answer, redirects and retries included. */
  readonly timeout: number
}

const PAGE = 30
const LATEST = 'https://github.com/actions/runner/releases/latest'

const CURE = "A token has a limit of its own: give 'github_token'."

/** The list of releases, from the cache where GitHub says that it has not changed. */
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

/** The latest version by the address that the page of the latest release leads to, which no rate limit counts. */
async function redirected({ web, signal, timeout }: Source): Promise<Version | undefined> {
  const { headers } = await web.request({ method: 'HEAD', url: LATEST, signal, timeout })
  const [, tag = ''] = /\/releases\/tag\/(v[\d.]+)$/.exec(headers.location ?? '') ?? []
  return parseVersion(tag)
}

/** The releases of the runner; whatever happens to the network, the answer says what is known. */
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
 * The version that an organisation's new runners get, which can lag behind the latest while it is rolled out:
 * https://docs.github.com/rest/actions/self-hosted-runners#list-runner-applications-for-an-organization
 *
 * @throws {Failure} where the token may not ask
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
      `GitHub does not tell what ${JSON.stringify(organization)} is offered (${answer.status}). 'channel: organization' needs 'github_token' to be one of an owner of the organisation, with the permission "Self-hosted runners: read".`,
    )
  }
  if (answer.status !== 200) throw new WebError(answerProblem(answer, CURE))
  return readOffer(jsonOf(answer), platform)
}
