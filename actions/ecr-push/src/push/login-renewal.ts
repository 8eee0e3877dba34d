/** When a login is replaced, as a share of the life that it has; what is left is for requests that run by then. */
const USED = 0.75

/** The longest delay that a timer of Node can have, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/**
 * Replaces logins before they end, for as long as this process lives: docker takes the login that is there when it
 * pushes. One that cannot be replaced stays; what is refused then is told by who uses it.
 *
 * @param expiresAt when the first one of them ends
 * @param renew gets new ones, and tells when the first one of those ends
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
      // The same login again is all that there is to have.
      if (next !== undefined && next > expiresAt) keepRenewed(next, renew, log)
    } catch (error) {
      log(`The login of the registry is not renewed: ${error instanceof Error ? error.message : error}`)
    }
  }
  setTimeout(replace, life * USED).unref()
}
