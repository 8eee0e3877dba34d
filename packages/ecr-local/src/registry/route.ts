/** The route of a registry request. The name is not validated yet. */
export interface Route {
  readonly kind: 'base' | 'catalog' | 'tags' | 'manifest' | 'blob' | 'uploads' | 'upload' | 'referrers'
  readonly name: string
  /** Tag, digest or upload ID. */
  readonly reference: string
}

const PATTERNS: readonly (readonly [Route['kind'], RegExp])[] = [
  ['base', /^\/v2\/?$/],
  ['catalog', /^\/v2\/_catalog$/],
  ['tags', /^\/v2\/(.+)\/tags\/list$/],
  ['manifest', /^\/v2\/(.+)\/manifests\/([^/]+)$/],
  ['uploads', /^\/v2\/(.+)\/blobs\/uploads\/?$/],
  ['upload', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/],
  ['blob', /^\/v2\/(.+)\/blobs\/([^/]+)$/],
  ['referrers', /^\/v2\/(.+)\/referrers\/([^/]+)$/],
]

/**
 * @param pathname as sent
 *
 * @returns undefined if the registry has no such route
 */
export function routeOf(pathname: string): Route | undefined {
  const path = decode(pathname)
  if (path === undefined) return undefined
  for (const [kind, pattern] of PATTERNS) {
    const found = pattern.exec(path)
    if (found) return { kind, name: found[1] ?? '', reference: found[2] ?? '' }
  }
  return undefined
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined
  }
}
