import { gzipSync } from 'node:zlib'
import { Failure } from '../../packages/core/src/base/failure.ts'
import type { Tree, TreeFile } from './tree.ts'

/** Size limit in bytes: a job downloads the whole tree, even if it uses only a small part. */
const LIMIT = 800_000

const BLOCK = 512

/** The header of a file in a tar archive: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html ("ustar Interchange Format"). */
function header(path: string, { content, executable }: TreeFile): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, offset: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), offset)
  block.write(path, 0)
  octal(executable ? 0o755 : 0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(content.length, 124, 12)
  octal(0, 136, 12)
  block.write('        0', 148)
  block.write('ustar\u000000', 257)
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  return block
}

/** The tree as a tar archive: equal trees give equal bytes. Its paths must be shorter than 100 bytes. */
export function archiveOf(tree: Tree): Buffer {
  const files = [...tree].map(([path, file]) => {
    const padding = Buffer.alloc(-file.content.length & (BLOCK - 1))
    return Buffer.concat([header(path, file), file.content, padding])
  })
  return Buffer.concat([...files, Buffer.alloc(2 * BLOCK)])
}

/** The download size in bytes: the tree as tar.gz. Throws a Failure if it exceeds the limit. */
export function downloadSize(tree: Tree): number {
  const size = gzipSync(archiveOf(tree)).length
  if (size <= LIMIT) return size
  throw new Failure(`The tree has ${size} bytes as tar.gz; at most ${LIMIT} are allowed, as each job downloads it.`)
}
