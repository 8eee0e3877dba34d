/** A Docker Hub image by its path in the registry API. */
export interface HubImage {
  /** With `library/` for official images. */
  readonly repository: string
  /** A tag or a digest. */
  readonly reference: string
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/

/**
 * Parses an image reference (`distribution/reference`) of Docker Hub; `undefined` if it is invalid or belongs to
 * another registry.
 */
export function parseHubImage(text: string): HubImage | undefined {
  const [, name = '', tag, digest] =
    /^(.*?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text.replace(/^(?:index\.)?docker\.io\//, '')) ??
    []
  const components = name.split('/')
  const [first = ''] = components
  const isHost = components.length > 1 && (/[.:]/.test(first) || first === 'localhost')
  if (isHost || !components.every((component) => COMPONENT.test(component))) return undefined
  return {
    repository: components.length === 1 ? `library/${name}` : name,
    reference: digest ?? tag ?? 'latest',
  }
}
