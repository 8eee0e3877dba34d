/**
 * Text of others (a log, an answer, a certificate) as part of one line of ours: no line ends, no control characters,
 * nothing that the runner would take for a command, and not endless.
 */
export function quote(text: string, limit = 200): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll('##[', '## [')
    .replaceAll(/:(?=:)/g, ': ')
    .trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
