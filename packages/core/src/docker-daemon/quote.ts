/**
 * Makes external text (a log, a response, a certificate) safe for one line of the log: no newlines, no control
 * characters, nothing that the runner would interpret as a command, and a limited length.
 */
export function quote(text: string, limit = 200): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll('##[', '## [')
    .replaceAll(/:(?=:)/g, ': ')
    .trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
