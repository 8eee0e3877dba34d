/** One value of an input that has one per line. */
export interface LineValue {
  readonly value: string
  readonly isQuoted: boolean
}

/** As `parseLines`, with what was in quotes. */
export function parseQuotedLines(text: string): LineValue[] | string {
  const values: LineValue[] = []
  let rest = text.replaceAll('\r\n', '\n')
  while (rest !== '') {
    rest = rest.replace(/^[ \t]+/, '')
    const quoted = /^"((?:[^"]|"")*)"[ \t]*(?=\n|$)/.exec(rest)
    if (quoted === null && rest.startsWith('"')) {
      return `has a quote that is never closed, or text behind it: ${JSON.stringify(rest.split('\n')[0])}`
    }
    const [whole = '', value = ''] = quoted ?? /^([^\n]*)/.exec(rest) ?? []
    const isQuoted = quoted !== null
    values.push({ value: isQuoted ? value.replaceAll('""', '"') : value.replace(/[ \t]+$/, ''), isQuoted })
    rest = rest.slice(whole.length).replace(/^\n/, '')
  }
  return values.filter(({ value }) => value !== '')
}

/**
 * The values of an input that has one per line, so that commas are part of them. A value in double quotes, doubled
 * inside, can hold line ends.
 *
 * @returns the values, or the rest of a sentence that says what is wrong
 */
export function parseLines(text: string): string[] | string {
  const values = parseQuotedLines(text)
  return typeof values === 'string' ? values : values.map(({ value }) => value)
}
