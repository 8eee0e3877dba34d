import { randomBytes } from 'node:crypto'
import type { Identity } from './identity.ts'

/** Credentials issued by STS. */
export interface SessionCredentials extends Identity {
  readonly sessionToken: string
  readonly expiresAt: number
}

/** The temporary credentials issued by this process. */
export class Sessions {
  readonly #sessions = new Map<string, SessionCredentials>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @param role its name without a path */
  issue(
    owner: { account: string; partition: string; role: string; name: string },
    seconds: number,
  ): SessionCredentials {
    const { account, partition, role, name } = owner
    const session: SessionCredentials = {
      accessKeyId: `ECRLTEMP${randomBytes(6).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(240).toString('base64'),
      account,
      arn: `arn:${partition}:sts::${account}:assumed-role/${role}/${name}`,
      userId: `AROALOCAL${account}:${name}`,
      expiresAt: this.#now() + seconds * 1000,
    }
    this.#forgetLongExpired()
    this.#sessions.set(session.accessKeyId, session)
    return session
  }

  find(accessKeyId: string): SessionCredentials | undefined {
    return this.#sessions.get(accessKeyId)
  }

  /** Expires every session issued so far. */
  expireAll(): void {
    const expiresAt = this.#now()
    for (const session of this.#sessions.values()) this.#sessions.set(session.accessKeyId, { ...session, expiresAt })
  }

  /** For a while, AWS reports a key as expired rather than unknown. */
  #forgetLongExpired() {
    const oneDayAgo = this.#now() - 24 * 60 * 60 * 1000
    for (const { accessKeyId, expiresAt } of this.#sessions.values()) {
      if (expiresAt < oneDayAgo) this.#sessions.delete(accessKeyId)
    }
  }
}
