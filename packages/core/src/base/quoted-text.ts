/** The values in a text, or the position of a quote that is not closed or is followed by text. */
export type QuotedText<T> =
  | { readonly kind: 'values'; readonly values: readonly T[] }
  | { readonly kind: 'open_quote'; readonly at: string }

/** One value of a text, without its quotes. */
export interface QuotedValue {
  readonly value: string
  readonly isQuoted: boolean
}

/** The separator between two values: a newline, or also a comma. */
export type Separators = '\n' | ',\n'

/** The next value in a text, and its length in characters. */
type Next = QuotedValue & { readonly length: number }

function quoted(text: string, separators: Separators): Next | undefined {
  const [whole, value = ''] = /^"((?:[^"]|"")*)"[ \t]*/.exec(text) ?? []
  const follower = whole === undefined ? '"' : text.charAt(whole.length)
  if (whole === undefined || !(follower === '' || separators.includes(follower))) return undefined
  return { value: value.replaceAll('""', '"'), isQuoted: true, length: whole.length }
}

function plain(text: string, separators: Separators): Next {
  const [value = ''] = (separators === '\n' ? /^[^\n]*/ : /^[^,\n]*/).exec(text) ?? []
  return { value: value.replace(/[ \t]+$/, ''), isQuoted: false, length: value.length }
}

/**
 * Parses values between separators, without surrounding spaces and tabs. A value may be quoted as in CSV (RFC 4180), so
 * that it can contain separators and (doubled) quotes. Empty values are omitted.
 */
export function parseQuotedText(text: string, separators: Separators): QuotedText<QuotedValue> {
  const values: QuotedValue[] = []
  let rest = text.replaceAll('\r\n', '\n')
  while (rest !== '') {
    rest = rest.replace(/^[ \t]+/, '')
    const next = rest.startsWith('"') ? quoted(rest, separators) : plain(rest, separators)
    if (next === undefined) return { kind: 'open_quote', at: rest.split('\n')[0] ?? '' }
    const { length, ...value } = next
    if (value.value !== '') values.push(value)
    rest = rest.slice(length).replace(/^[,\n]/, '')
  }
  return { kind: 'values', values }
}
