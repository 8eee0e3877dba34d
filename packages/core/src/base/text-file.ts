import { readFileSync, statSync } from 'node:fs'
import { tryOrUndefined } from './try-or-undefined.ts'

/** The byte order marks of UTF-16: https://www.unicode.org/faq/utf_bom.html#bom4 */
const UTF16 = ['feff', 'fffe']

/**
 * Reading an endless device, or a pipe without a writer, would never finish; this device is often used to mean `no
 * file`.
 */
const NO_FILE = '/dev/null'

/** Something that is not a regular file and may never end. */
export class NoFile extends Error {}

/**
 * Reads the bytes of an external file.
 *
 * @throws {NoFile} for a pipe or a device; system errors
 */
export function readBytes(file: string): Buffer {
  // Opening the file reports the same system error.
  const found = tryOrUndefined(() => statSync(file))
  if (found?.isFIFO()) throw new NoFile('it is a pipe, not a file')
  if (found?.isCharacterDevice() && file !== NO_FILE) throw new NoFile('it is a device, not a file')
  return readFileSync(file)
}

/**
 * Reads the text of a file that people or other programs have written: UTF-8, with or without a byte order mark, which
 * is not part of the text.
 *
 * @throws Error for other encodings, for a pipe or a device; system errors
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
