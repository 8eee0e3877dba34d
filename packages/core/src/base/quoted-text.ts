/** The values that a text holds, or where a quote begins that is never closed or has text behind it. */
export type QuotedText<T> =
  | { readonly kind: 'values'; readonly values: readonly T[] }
  | { readonly kind: 'open_quote'; readonly at: string }

/** One value of a text, without its quotes. */
export interface QuotedValue {
  readonly value: string
  readonly isQuoted: boolean
}

/** What stands between two values: a newline, or a comma as well. */
export type Separators = '\n' | ',\n'

/** What comes next in a text: a value, and how many characters it takes. */
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
 * The values between separators, without spaces and tabs around them. A value may be quoted as in CSV (RFC 4180), so that
 * it can hold separators and (doubled) quotes. Empty values are left out.
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
