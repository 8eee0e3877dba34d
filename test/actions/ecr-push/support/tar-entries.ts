/** Bytes of a header, and what all of an archive is a multiple of: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
const BLOCK = 512

/** A member of an archive: its name, and the bytes behind it. */
export interface TarEntry {
  readonly name: string
  readonly content: Buffer
}

const textAt = (header: Buffer, from: number, bytes: number): string =>
  header.toString('utf8', from, from + bytes).replace(/\0.*$/s, '')

/** Whether there is a header; the name in it may be empty where an extended header has it. */
const isHeader = (block: Buffer): boolean => textAt(block, 257, 5) === 'ustar'

function nameIn(header: Buffer): string {
  const prefix = textAt(header, 345, 155)
  return prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`
}

/** The members of a tar archive, with the names that extended headers give them. */
export function tarEntries(archive: Buffer): TarEntry[] {
  const entries: TarEntry[] = []
  let longName: string | undefined
  for (let at = 0; isHeader(archive.subarray(at, at + BLOCK)); ) {
    const header = archive.subarray(at, at + BLOCK)
    const size = Number.parseInt(textAt(header, 124, 12), 8) || 0
    const content = archive.subarray(at + BLOCK, at + BLOCK + size)
    const type = textAt(header, 156, 1)
    if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(content.toString())?.[1]
    else if (type !== 'g') {
      entries.push({ name: longName ?? nameIn(header), content })
      longName = undefined
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return entries
}
