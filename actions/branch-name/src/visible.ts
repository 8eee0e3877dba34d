/** A name for a reader: what cannot be seen, or turns the direction of what follows, is written as its code point. */
export const visible = (name: string): string =>
  name.replaceAll(/[\p{C}\p{Z}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
