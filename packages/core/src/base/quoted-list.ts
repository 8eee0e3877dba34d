/**
 * The values of a list input: one per line, or several in a line by commas. A field may be quoted as in CSV (RFC 4180),
 * so that it can hold commas, line ends and (doubled) quotes. Empty fields are left out.
 *
 * @returns the values, or the rest of a sentence that says what is wrong
 */
export function parseList(text: string): string[] | string {
  const values: string[] = []
  let rest = text.replaceAll('\r\n', '\n')
  while (rest !== '') {
    rest = rest.replace(/^[ \t]+/, '')
    const field = rest.startsWith('"') ? /^"((?:[^"]|"")*)"[ \t]*(?=[,\n]|$)/.exec(rest) : /^([^,\n]*)/.exec(rest)
    if (field === null) return `has a quote that is never closed, or text behind it: '${rest.split('\n')[0]}'`
    const value = rest.startsWith('"')
      ? (field[1] ?? '').replaceAll('""', '"')
      : (field[1] ?? '').replace(/[ \t]+$/, '')
    if (value !== '') values.push(value)
    rest = rest.slice(field[0].length).replace(/^[,\n]/, '')
  }
  return values
}
