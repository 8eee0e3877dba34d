const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').replace(/\/.*/s, '')

/**
 * A DOCKER_AUTH_CONFIG without the entries of some hosts: for docker, it outranks every login in its configuration.
 *
 * @returns the hosts that had an entry, and the rest; the text itself where none had one, or where docker cannot read it
 */
export function withoutAuths(
  text: string,
  hosts: readonly string[],
): { readonly text: string; readonly found: string[] } {
  try {
    const config: { auths?: Record<string, unknown> } = JSON.parse(text)
    const entries = Object.entries(config.auths ?? {})
    const found = entries.map(([address]) => hostOf(address)).filter((host) => hosts.includes(host))
    const auths = Object.fromEntries(entries.filter(([address]) => !hosts.includes(hostOf(address))))
    return { text: found.length > 0 ? JSON.stringify({ ...config, auths }) : text, found }
  } catch {
    return { text, found: [] }
  }
}
