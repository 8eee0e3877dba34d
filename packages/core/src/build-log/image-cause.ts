/** The endings of network errors in Go. */
const NETWORK =
  /\b(dial (?:tcp|unix)\b.*|(?:net\/http: )?TLS handshake timeout|.*\bi\/o timeout|(?:net\/http: )?request canceled.*|context deadline exceeded.*|connection reset by peer|(?:unexpected )?EOF)$/

/** A registry, or another server, is unreachable; `undefined` for other failures. */
export function unreachableCause(said: string): string | undefined {
  const [, host] = /"?https?:\/\/([^/"]+)[/"]/.exec(said) ?? []
  const [, why] = NETWORK.exec(said) ?? []
  if (why === undefined) return undefined
  return host === undefined ? `the builder does not answer: ${said}` : `the builder cannot reach ${host}: ${why}`
}

type Reading = readonly [RegExp, (image: string, match: readonly string[]) => string]

const LOGIN = "Log in to its registry before this step; for the ECR of another account, name that in 'registry_ids'"

/** A registry's responses to a builder that requests an image. */
const READINGS: readonly Reading[] = [
  [
    /^no match for platform in manifest\b|^no matching manifest for (\S+)/,
    (image, [, platform]) => `the image ${image} does not exist for ${platform ?? 'the platform that is built'}`,
  ],
  [/: not found$|^manifest unknown\b|\bnot found: manifest unknown/, (image) => `there is no image ${image}`],
  [
    /\b(401 Unauthorized|403 Forbidden)\b|^(denied|unauthorized)\b|\b(no basic auth credentials|pull access denied|authorization failed|insufficient_scope)\b/,
    (image, [, ...said]) => `the registry denies the image ${image} (${said.find(Boolean)}). ${LOGIN}`,
  ],
  [
    /\b429 Too Many Requests\b|\btoomanyrequests\b/,
    (image) =>
      `the registry throttles pulls, here of ${image} (429 Too Many Requests). Run the job later, log in to that registry, or pull through a mirror`,
  ],
]

/**
 * Why an image in a Dockerfile cannot be pulled; `undefined` for other failures.
 *
 * @param named the image, if the step names it
 */
export function imageCause(said: string, named: string | undefined): string | undefined {
  const [, shown, own] = /^(?:(?:\S+: )?failed to resolve source metadata for (\S+): )?(.*)$/s.exec(said) ?? []
  const image = shown ?? named
  if (image === undefined || own === undefined) return undefined
  for (const [pattern, text] of READINGS) {
    const match = pattern.exec(own)
    if (match !== null) return text(image, match)
  }
  const unreachable = unreachableCause(own)
  return unreachable === undefined ? undefined : `${unreachable}. It has to get ${image} there`
}
