/** A registry mirror as configured in dockerd. */
export interface Mirror {
  /** URL with a trailing slash. */
  readonly url: string
  /** Its certificate is not verified. */
  readonly insecure: boolean
}

const text = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`

/**
 * Configuration that makes a separate BuildKit, which does not see dockerd's mirrors, use the same mirrors for Docker
 * Hub: https://docs.docker.com/build/buildkit/toml-configuration/ Empty without mirrors.
 */
export function buildkitdConfig(mirrors: readonly Mirror[]): string {
  if (mirrors.length === 0) return ''
  const hosts = mirrors.map(({ url, insecure }) => ({
    host: new URL(url).host,
    plain: url.startsWith('http:'),
    insecure,
  }))
  const sections = hosts
    .filter(({ plain, insecure }) => plain || insecure)
    .map(({ host, plain }) => `[registry.${text(host)}]\n  ${plain ? 'http' : 'insecure'} = true\n`)
  return [
    `[registry."docker.io"]\n  mirrors = [${hosts.map(({ host }) => text(host)).join(', ')}]\n`,
    ...sections,
  ].join('\n')
}
