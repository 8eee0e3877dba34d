import { RegistryError } from './registry-error.ts'
import { type RepositoryVisit, sendJson, type Visit } from './visit.ts'

/** ECR's page when the client asks for none, and its largest. */
const PAGE = 1000

export function listTags(visit: RepositoryVisit): void {
  const { repository } = visit
  const { names, headers } = page(visit, [...repository.tags.keys()])
  sendJson(visit, { name: repository.name, tags: names }, headers)
}

export function listRepositories(visit: Visit): void {
  const { names, headers } = page(visit, [...visit.registry.repositories.keys()])
  sendJson(visit, { repositories: names }, headers)
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
function page({ query, request }: Visit, all: string[]) {
  const size = Math.min(sizeFrom(query.get('n')), PAGE)
  const last = query.get('last') ?? ''
  const rest = all.filter((name) => name > last).sort()
  const names = rest.slice(0, size)
  const end = names.at(-1)
  if (end === undefined || names.length === rest.length) return { names, headers: {} }
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  url.searchParams.set('n', String(size))
  url.searchParams.set('last', end)
  return { names, headers: { link: `<${url}>; rel="next"` } }
}

function sizeFrom(text: string | null): number {
  if (text === null) return PAGE
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new RegistryError(400, 'PAGINATION_NUMBER_INVALID', `'n' must be a number; it is '${text}'.`)
}
