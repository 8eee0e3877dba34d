/** Trims ASCII whitespace: U+00A0 and U+FEFF are legal in Git refs, so they are kept. */
export const trimmed = (text: string): string => text.replace(/^[\t\n\r ]+/, '').replace(/[\t\n\r ]+$/, '')
