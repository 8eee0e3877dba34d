import { DAEMON_CAUSES, type DaemonDiagnosis } from './cause.ts'
import type { Endpoint } from './endpoint.ts'

/** How long a possibly temporary cause has to persist before it counts as permanent, in ms. */
const GRACE = 1_000

/** How long a connection has to be silent before its silence is the diagnosis, in ms. */
const SILENCE = 500

const SILENT: DaemonDiagnosis = {
  cause: 'not_answering',
  seen: 'accepts connections and does not answer: the daemon is still starting, or it hangs',
}

const NOT_CONNECTED: DaemonDiagnosis = { cause: 'host_unreachable', seen: 'has not accepted the connection yet' }

/** The observations of a wait so far. */
export class Progress {
  endpoint: Endpoint
  /** Number of connection attempts. */
  attempts = 0
  /** Number of failed attempts since the last change. */
  failures = 0
  #diagnosis: DaemonDiagnosis | undefined
  #since = 0
  #silentSince: number | undefined
  readonly #now: () => number

  constructor(endpoint: Endpoint, now: () => number = () => performance.now()) {
    this.endpoint = endpoint
    this.#now = now
  }

  /** Called when a connection was accepted, but nothing has been received yet. */
  connected(endpoint: Endpoint): void {
    this.endpoint = endpoint
    this.#silentSince = this.#now()
  }

  failed(endpoint: Endpoint, diagnosis: DaemonDiagnosis): void {
    this.endpoint = endpoint
    this.failures = this.#isSilent ? 1 : this.failures + 1
    this.#silentSince = undefined
    // A server that rejects our certificate may close the connection before its alert is read.
    if (diagnosis.cause === 'connection_closed' && this.#diagnosis?.cause.startsWith('tls_')) return
    if (diagnosis.cause !== this.#diagnosis?.cause) this.#since = this.#now()
    this.#diagnosis = diagnosis
  }

  /** The current diagnosis. */
  get diagnosis(): DaemonDiagnosis {
    if (this.#isSilent) return SILENT
    return this.#diagnosis ?? (this.#silentSince === undefined ? NOT_CONNECTED : SILENT)
  }

  get #isSilent(): boolean {
    return this.#silentSince !== undefined && this.#now() - this.#silentSince >= SILENCE
  }

  /** Whether waiting longer cannot help. */
  get hopeless(): boolean {
    if (this.#diagnosis === undefined) return false
    const cure = DAEMON_CAUSES[this.#diagnosis.cause]
    return cure === 'now' || (cure === 'soon' && this.#now() - this.#since >= GRACE)
  }
}
