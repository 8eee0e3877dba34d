/** When a login is renewed, as a fraction of its lifetime; the rest is for requests in progress at that time. */
const USED = 0.75

/** The longest delay of a Node timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/**
 * Renews logins before they expire, as long as this process runs: docker uses the current login when it pushes. If a
 * renewal fails, the old login stays; its user reports any resulting error.
 *
 * @param expiresAt when the first of them expires
 * @param renew gets new ones, and returns when the first of those expires
 */
export function keepRenewed(
  expiresAt: Date | undefined,
  renew: () => Promise<Date | undefined>,
  log: (line: string) => void,
): void {
  if (expiresAt === undefined) return
  const life = expiresAt.getTime() - Date.now()
  if (life <= 0 || life * USED > LONGEST) return
  const replace = async () => {
    try {
      const next = await renew()
      // Getting the same login again means that there is no newer one.
      if (next !== undefined && next > expiresAt) keepRenewed(next, renew, log)
    } catch (error) {
      log(`The registry login was not renewed: ${error instanceof Error ? error.message : error}`)
    }
  }
  setTimeout(replace, life * USED).unref()
}
