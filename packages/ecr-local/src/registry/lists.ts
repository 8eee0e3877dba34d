import { RegistryError } from './registry-error.ts'
import { type RepositoryVisit, sendJson, type Visit } from './visit.ts'

/** ECR's default and maximum page size. */
const PAGE = 1000

export function listTags(visit: RepositoryVisit): void {
  const { repository } = visit
  const { names, headers } = page(visit, repository.tags.sorted())
  sendJson(visit, { name: repository.name, tags: names }, headers)
}

export function listRepositories(visit: Visit): void {
  const { names, headers } = page(visit, [...visit.registry.repositories.keys()].sort())
  sendJson(visit, { repositories: names }, headers)
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
function page({ query, request }: Visit, sorted: readonly string[]) {
  const size = Math.min(sizeFrom(query.get('n')), PAGE)
  const last = query.get('last') ?? ''
  const start = firstAfter(last, sorted)
  const names = sorted.slice(start, start + size)
  const end = names.at(-1)
  if (end === undefined || start + size >= sorted.length) return { names, headers: {} }
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  url.searchParams.set('n', String(size))
  url.searchParams.set('last', end)
  return { names, headers: { link: `<${url}>; rel="next"` } }
}

/** The position of the first name after another one, which may not exist. */
function firstAfter(last: string, sorted: readonly string[]): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') > last) high = middle
    else low = middle + 1
  }
  return low
}

function sizeFrom(text: string | null): number {
  if (text === null) return PAGE
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new RegistryError(400, 'PAGINATION_NUMBER_INVALID', `'n' must be a number; it is '${text}'.`)
}
