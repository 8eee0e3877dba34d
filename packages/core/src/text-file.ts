import { readFileSync } from 'node:fs'

/** How a file in UTF-16 begins, in either order of bytes: https://www.unicode.org/faq/utf_bom.html#bom4 */
const UTF16 = ['feff', 'fffe']

/**
 * The text of a file that people or other programs have written: UTF-8, with or without a byte order mark, which is not
 * part of the text.
 *
 * @throws Error for another encoding, and for what the system says
 */
export function readText(file: string): string {
  const bytes = readFileSync(file)
  if (UTF16.includes(bytes.subarray(0, 2).toString('hex'))) {
    throw new Error('it is encoded in UTF-16; save it in UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Error('it is not encoded in UTF-8', { cause: error })
  }
}
