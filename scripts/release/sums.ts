import { createHash } from 'node:crypto'
import type { Tree, TreeFile } from './tree.ts'

/** The sums of all other files of a tree, in the form that `sha256sum --check` reads. */
export const SUMS = 'SHA256SUMS'

const sha256 = ({ content }: TreeFile): string => createHash('sha256').update(content).digest('hex')

/** The content of SHA256SUMS. */
export const sumsOf = (tree: Tree): string => [...tree].map(([path, file]) => `${sha256(file)}  ${path}\n`).join('')

/** Path to what must be equal. */
type Prints = ReadonlyMap<string, string>

function differences(expected: Prints, found: Prints): string[] {
  const paths = [...new Set([...expected.keys(), ...found.keys()])].sort()
  return paths.flatMap((path) => {
    if (!found.has(path)) return [`missing: ${path}`]
    if (!expected.has(path)) return [`added: ${path}`]
    return found.get(path) === expected.get(path) ? [] : [`changed: ${path}`]
  })
}

/** Where a tree is not what its own SHA256SUMS says: `changed: PATH`, `missing: PATH` or `added: PATH`. */
export function differencesFromSums(tree: Tree): string[] {
  const lines = (tree.get(SUMS)?.content.toString() ?? '').trimEnd().split('\n')
  const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
  const found = [...tree].filter(([path]) => path !== SUMS).map(([path, file]) => [path, sha256(file)] as const)
  return differences(listed, new Map(found))
}

/** Where a tree is not the expected one, as in `differencesFromSums`; to be executable counts as well. */
export function differencesFromTree(expected: Tree, found: Tree): string[] {
  const prints = (tree: Tree) => new Map([...tree].map(([path, file]) => [path, `${file.executable} ${sha256(file)}`]))
  return differences(prints(expected), prints(found))
}
