/** Where runners are registered. */
export interface Scope {
  readonly kind: 'organization' | 'repository' | 'enterprise'
  /** The URL for config.sh. */
  readonly url: string
  /** Path prefix of the API routes, such as `/orgs/acme`. */
  readonly path: string
  /** API URL of that server. */
  readonly apiUrl: string
  readonly isGitHubCom: boolean
  /** Whether it is a GitHub Enterprise Server, which has its own rules for old runners. */
  readonly isEnterpriseServer: boolean
}

const isDataResidency = (host: string) => host.endsWith('.ghe.com')

/**
 * API URL for github.com, a dedicated subdomain (NAME.ghe.com), or an Enterprise Server:
 * https://docs.github.com/rest/about-the-rest-api
 */
function apiOf({ protocol, host }: URL): string {
  if (host === 'github.com') return 'https://api.github.com'
  return isDataResidency(host) ? `${protocol}//api.${host}` : `${protocol}//${host}/api/v3`
}

/** First path segments of GitHub's own pages, which no owner can have as a name. */
const PAGES: ReadonlySet<string> = new Set(['orgs', 'organizations'])

const isName = (name: string) => /^[A-Za-z0-9_][\w.-]*$/.test(name) && !name.endsWith('.git')

/** Parses https://github.com/ORGANISATION, …/OWNER/REPOSITORY or …/enterprises/NAME; `undefined` for anything else. */
export function parseScope(text: string): Scope | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
  if (`${url.search}${url.hash}${url.username}${url.password}` !== '') return undefined
  const [, first = '', second, ...more] = url.pathname.replace(/\/$/, '').split('/')
  if (PAGES.has(first) || (first === 'enterprises' && second === undefined)) return undefined
  if (more.length > 0 || !isName(first) || (second !== undefined && !isName(second))) return undefined
  const common = {
    url: url.href.replace(/\/$/, ''),
    apiUrl: apiOf(url),
    isGitHubCom: url.host === 'github.com',
    isEnterpriseServer: url.host !== 'github.com' && !isDataResidency(url.host),
  }
  if (second === undefined) return { kind: 'organization', path: `/orgs/${first}`, ...common }
  if (first === 'enterprises') return { kind: 'enterprise', path: `/enterprises/${second}`, ...common }
  return { kind: 'repository', path: `/repos/${first}/${second}`, ...common }
}
