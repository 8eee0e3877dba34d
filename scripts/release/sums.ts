import { createHash } from 'node:crypto'
import { Failure } from '../../packages/core/src/base/failure.ts'
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

/** The lines of SHA256SUMS: path to sum. Throws a Failure for anything else. */
function listedSums(tree: Tree): Prints {
  const content = tree.get(SUMS)?.content.toString()
  if (content === undefined) throw new Failure(`This is no release tree; it has no ${SUMS}.`)
  const lines = content.trimEnd().split('\n')
  return new Map(
    lines.map((line, index) => {
      const [, sum, path] = /^([0-9a-f]{64}) {2}([^\r]+)$/.exec(line) ?? []
      if (sum === undefined || path === undefined) throw new Failure(`Line ${index + 1} of ${SUMS} is no sum and path.`)
      return [path, sum]
    }),
  )
}

/** Where a tree is not what its own SHA256SUMS says: `changed: PATH`, `missing: PATH` or `added: PATH`. */
export function differencesFromSums(tree: Tree): string[] {
  const found = [...tree].filter(([path]) => path !== SUMS).map(([path, file]) => [path, sha256(file)] as const)
  return differences(listedSums(tree), new Map(found))
}

/** Where a tree is not the expected one, as in `differencesFromSums`; `mode changed: PATH` where that is all. */
export function differencesFromTree(expected: Tree, found: Tree): string[] {
  const sums = (tree: Tree) => new Map([...tree].map(([path, file]) => [path, sha256(file)]))
  const contents = differences(sums(expected), sums(found))
  const modes = [...expected].filter(
    ([path, { executable }]) => executable !== (found.get(path)?.executable ?? executable),
  )
  return [...contents, ...modes.map(([path]) => `mode changed: ${path}`)]
}
