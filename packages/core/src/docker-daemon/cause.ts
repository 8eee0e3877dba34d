/**
 * Why Docker is not ready, and whether waiting can cure it. `now`: never. `soon`: not when it lasts, but it can be seen
 * for a moment while a daemon starts. `waits`: a daemon that starts cures it.
 */
export const DAEMON_CAUSES = {
  host_invalid: 'now',
  context_missing: 'now',
  socket_missing: 'waits',
  folder_missing: 'waits',
  socket_is_folder: 'now',
  socket_is_file: 'waits',
  socket_stale: 'waits',
  /** A file or a dead socket that is mounted by itself: what the daemon puts in its place stays invisible here. */
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

/** What one look or one attempt showed. */
export interface DaemonDiagnosis {
  readonly cause: DaemonCause
  /** The rest of a sentence that begins with the endpoint: `unix:///x does not exist`. */
  readonly seen: string
}
