/** A registry mirror as dockerd has it. */
export interface Mirror {
  /** With a slash at its end. */
  readonly url: string
  /** Its certificate is not checked. */
  readonly insecure: boolean
}

const text = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`

/**
 * The configuration that makes a BuildKit of its own, which does not see dockerd's mirrors, use the same ones for
 * Docker Hub: https://docs.docker.com/build/buildkit/toml-configuration/ Empty without mirrors.
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
