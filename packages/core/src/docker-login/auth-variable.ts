const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').replace(/\/.*/s, '')

/**
 * Removes the entries of some hosts from DOCKER_AUTH_CONFIG, which docker prefers over every login in its
 * configuration.
 *
 * @returns the hosts that had an entry, and the rest; the unchanged text if none had one, or if docker cannot parse it
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
