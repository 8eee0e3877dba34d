/** Where runners are registered. */
export interface Scope {
  readonly kind: 'organization' | 'repository' | 'enterprise'
  /** As config.sh takes it. */
  readonly url: string
  /** Of the API's routes, like `/orgs/acme`. */
  readonly path: string
  /** The API of that server. */
  readonly apiUrl: string
  readonly isGitHubCom: boolean
  /** Whether it is a company's own machine, with rules of its own for old runners. */
  readonly isEnterpriseServer: boolean
}

const isDataResidency = (host: string) => host.endsWith('.ghe.com')

/** github.com, a company's own part of it (NAME.ghe.com), or an Enterprise Server: https://docs.github.com/rest/about-the-rest-api */
function apiOf({ protocol, host }: URL): string {
  if (host === 'github.com') return 'https://api.github.com'
  return isDataResidency(host) ? `${protocol}//api.${host}` : `${protocol}//${host}/api/v3`
}

/** Pages of GitHub, like https://github.com/orgs/ORGANISATION, whose names no owner can have. */
const PAGES: ReadonlySet<string> = new Set(['orgs', 'organizations'])

const isName = (name: string) => /^[A-Za-z0-9_][\w.-]*$/.test(name) && !name.endsWith('.git')

/** What https://github.com/ORGANISATION, …/OWNER/REPOSITORY or …/enterprises/NAME stands for; `undefined` for anything else. */
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
