/** What network errors end with, in the words of Go. */
const NETWORK =
  /\b(dial (?:tcp|unix)\b.*|(?:net\/http: )?TLS handshake timeout|.*\bi\/o timeout|(?:net\/http: )?request canceled.*|context deadline exceeded.*|connection reset by peer|(?:unexpected )?EOF)$/

/** That a registry, or another server, cannot be reached; `undefined` where that is not the matter. */
export function unreachableCause(said: string): string | undefined {
  const [, host] = /"?https?:\/\/([^/"]+)[/"]/.exec(said) ?? []
  const [, why] = NETWORK.exec(said) ?? []
  if (why === undefined) return undefined
  return host === undefined ? `the builder does not answer: ${said}` : `the builder cannot reach ${host}: ${why}`
}

type Reading = readonly [RegExp, (image: string, match: readonly string[]) => string]

const LOGIN = "Log in to its registry before this step; for the ECR of another account, name that in 'registry_ids'"

/** What a registry answers to a builder that asks for an image. */
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
      `the registry throttles pulls, here of ${image} (429 Too Many Requests). Run the job later, log in to that registry, or pull by a mirror`,
  ],
]

/**
 * Why an image cannot be had that a Dockerfile names; `undefined` where that is not the matter.
 *
 * @param named the image, where the step tells it
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
