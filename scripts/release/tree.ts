import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure, reason } from '../../packages/core/src/base/failure.ts'

export interface TreeFile {
  readonly content: Buffer
  readonly executable: boolean
}

/** The files that users download: path relative to the root, with `/`, to file, sorted by code units. */
export type Tree = ReadonlyMap<string, TreeFile>

/** Sorts files in that order. */
export const sortedTree = (files: Iterable<readonly [string, TreeFile]>): Tree =>
  new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)))

export const textFile = (text: string): TreeFile => ({ content: Buffer.from(text), executable: false })

/** Runs `work`; converts file system errors to a Failure that begins with `problem`. */
function onDisk<T>(problem: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new Failure(`${problem}: ${reason(error)}`)
  }
}

/** Throws a Failure if a folder is not empty. */
export function checkVacant(folder: string): void {
  const names = onDisk(`${folder} cannot be a tree`, () => (existsSync(folder) ? readdirSync(folder) : []))
  if (names.length > 0) throw new Failure(`The folder ${folder} is not empty. Name another one.`)
}

/** Writes the tree to an empty or new folder, with the same modes under every umask. */
export function writeTree(tree: Tree, folder: string): void {
  checkVacant(folder)
  onDisk(`The tree cannot be written to ${folder}`, () => {
    mkdirSync(folder, { recursive: true })
    for (const [path, { content, executable }] of tree) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      chmodSync(file, executable ? 0o755 : 0o644)
      for (let above = dirname(path); above !== '.'; above = dirname(above)) chmodSync(join(folder, above), 0o755)
    }
    chmodSync(folder, 0o755)
  })
}

function readFiles(folder: string): [string, TreeFile][] {
  const files: [string, TreeFile][] = []
  const visit = (below: string): void => {
    for (const name of readdirSync(join(folder, below))) {
      const path = below === '' ? name : `${below}/${name}`
      if (path === '.git') continue
      const stat = lstatSync(join(folder, path))
      if (stat.isDirectory()) visit(path)
      else if (!stat.isFile()) throw new Failure(`${path} is neither a file nor a folder.`)
      else {
        const executable = (stat.mode & 0o100) !== 0
        files.push([path, { content: readFileSync(join(folder, path)), executable }])
      }
    }
  }
  visit('')
  return files
}

/** Reads a tree from a folder, which may be a clone: Git's own folder is ignored. */
export const readTree = (folder: string): Tree => sortedTree(onDisk('The tree cannot be read', () => readFiles(folder)))
