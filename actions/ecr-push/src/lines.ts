/**
 * The values of an input that has one per line, so that commas are part of them. A value in double quotes, doubled
 * inside, can hold line ends.
 *
 * @returns the values, or the rest of a sentence that says what is wrong
 */
export function parseLines(text: string): string[] | string {
  const values: string[] = []
  let rest = text.replaceAll('\r\n', '\n')
  while (rest !== '') {
    rest = rest.replace(/^[ \t]+/, '')
    const quoted = /^"((?:[^"]|"")*)"[ \t]*(?=\n|$)/.exec(rest)
    if (quoted === null && rest.startsWith('"')) {
      return `has a quote that is never closed, or text behind it: ${JSON.stringify(rest.split('\n')[0])}`
    }
    const [whole = '', value = ''] = quoted ?? /^([^\n]*)/.exec(rest) ?? []
    values.push(quoted === null ? value.replace(/[ \t]+$/, '') : value.replaceAll('""', '"'))
    rest = rest.slice(whole.length).replace(/^\n/, '')
  }
  return values.filter((value) => value !== '')
}
