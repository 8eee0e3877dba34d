/** `text` without ASCII white space around it: U+00A0 and U+FEFF are legal in git refs, and stay. */
export const trimmed = (text: string): string => text.replace(/^[\t\n\r ]+/, '').replace(/[\t\n\r ]+$/, '')
