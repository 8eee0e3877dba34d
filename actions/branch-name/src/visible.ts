/**
 * Makes a name readable: replaces invisible characters and characters that change the text direction with their code
 * points.
 */
export const visible = (name: string): string =>
  name.replaceAll(/[\p{C}\p{Z}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
