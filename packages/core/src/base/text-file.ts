import { readFileSync, statSync } from 'node:fs'
import { tryOrUndefined } from './try-or-undefined.ts'

/** How a file in UTF-16 begins, in either order of bytes: https://www.unicode.org/faq/utf_bom.html#bom4 */
const UTF16 = ['feff', 'fffe']

/** A device without an end, or a pipe that nobody writes to, would be read for ever; this one is often named for `no file`. */
const NO_FILE = '/dev/null'

/** Something in the place of a file that may never end. */
export class NoFile extends Error {}

/**
 * The bytes of a file from outside.
 *
 * @throws {NoFile} for a pipe or a device, and for what the system says
 */
export function readBytes(file: string): Buffer {
  // What the system has against it, opening it says as well.
  const found = tryOrUndefined(() => statSync(file))
  if (found?.isFIFO()) throw new NoFile('it is a pipe, not a file')
  if (found?.isCharacterDevice() && file !== NO_FILE) throw new NoFile('it is a device, not a file')
  return readFileSync(file)
}

/**
 * The text of a file that people or other programs have written: UTF-8, with or without a byte order mark, which is not
 * part of the text.
 *
 * @throws Error for another encoding, for a pipe or a device, and for what the system says
 */
export function readText(file: string): string {
  const bytes = readBytes(file)
  if (UTF16.includes(bytes.subarray(0, 2).toString('hex'))) {
    throw new Error('it is encoded in UTF-16; save it in UTF-8')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Error('it is not encoded in UTF-8', { cause: error })
  }
}
