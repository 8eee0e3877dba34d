/**
 * Why Docker is not ready, and whether waiting can help. `now`: never. `soon`: not if it persists, but it can occur
 * briefly while a daemon starts. `waits`: a starting daemon fixes it.
 */
export const DAEMON_CAUSES = {
  host_invalid: 'now',
  context_missing: 'now',
  socket_missing: 'waits',
  folder_missing: 'waits',
  socket_is_folder: 'now',
  socket_is_file: 'waits',
  socket_stale: 'waits',
  /** A file or a stale socket that is itself a mount: its replacement by the daemon stays invisible here. */
  socket_mount_stale: 'soon',
  permission_denied: 'soon',
  path_too_long: 'now',
  not_answering: 'waits',
  connection_closed: 'waits',
  connection_refused: 'waits',
  host_not_found: 'waits',
  host_unreachable: 'waits',
  tls_expected: 'soon',
  tls_not_spoken: 'soon',
  tls_files_missing: 'waits',
  tls_files_invalid: 'waits',
  tls_unknown_ca: 'soon',
  tls_name_mismatch: 'soon',
  tls_certificate_expired: 'soon',
  tls_certificate_not_yet_valid: 'waits',
  tls_client_certificate_missing: 'waits',
  tls_client_certificate_rejected: 'soon',
  not_docker: 'soon',
  proxy_refused: 'waits',
  daemon_error: 'waits',
  cli_missing: 'now',
  dial_failed: 'waits',
  unreachable: 'waits',
} as const satisfies Readonly<Record<string, 'now' | 'soon' | 'waits'>>

export type DaemonCause = keyof typeof DAEMON_CAUSES

/** The finding of one check or one attempt. */
export interface DaemonDiagnosis {
  readonly cause: DaemonCause
  /** The end of a sentence that begins with the endpoint: `unix:///x does not exist`. */
  readonly seen: string
}
