import { createHash } from 'node:crypto'
import { Failure } from '../../packages/core/src/base/failure.ts'
import type { Tree, TreeFile } from './tree.ts'

/** The digests of all other files of a tree, in the format of `sha256sum --check`. */
export const SUMS = 'SHA256SUMS'

const sha256 = ({ content }: TreeFile): string => createHash('sha256').update(content).digest('hex')

/** The content of SHA256SUMS. */
export const sumsOf = (tree: Tree): string => [...tree].map(([path, file]) => `${sha256(file)}  ${path}\n`).join('')

/** Maps a path to the value that must be equal. */
type Prints = ReadonlyMap<string, string>

function differences(expected: Prints, found: Prints): string[] {
  const paths = [...new Set([...expected.keys(), ...found.keys()])].sort()
  return paths.flatMap((path) => {
    if (!found.has(path)) return [`missing: ${path}`]
    if (!expected.has(path)) return [`added: ${path}`]
    return found.get(path) === expected.get(path) ? [] : [`changed: ${path}`]
  })
}

/** Parses SHA256SUMS: path to digest. Throws a Failure for anything else. */
function listedSums(tree: Tree): Prints {
  const content = tree.get(SUMS)?.content.toString()
  if (content === undefined) throw new Failure(`This is not a release tree; it has no ${SUMS}.`)
  const lines = content.trimEnd().split('\n')
  return new Map(
    lines.map((line, index) => {
      const [, sum, path] = /^([0-9a-f]{64}) {2}([^\r]+)$/.exec(line) ?? []
      if (sum === undefined || path === undefined)
        throw new Failure(`Line ${index + 1} of ${SUMS} is not a digest and a path.`)
      return [path, sum]
    }),
  )
}

/** Differences between a tree and its own SHA256SUMS: `changed: PATH`, `missing: PATH` or `added: PATH`. */
export function differencesFromSums(tree: Tree): string[] {
  const found = [...tree].filter(([path]) => path !== SUMS).map(([path, file]) => [path, sha256(file)] as const)
  return differences(listedSums(tree), new Map(found))
}

/** Differences from the expected tree, as in `differencesFromSums`; `mode changed: PATH` if only the mode differs. */
export function differencesFromTree(expected: Tree, found: Tree): string[] {
  const sums = (tree: Tree) => new Map([...tree].map(([path, file]) => [path, sha256(file)]))
  const contents = differences(sums(expected), sums(found))
  const modes = [...expected].filter(
    ([path, { executable }]) => executable !== (found.get(path)?.executable ?? executable),
  )
  return [...contents, ...modes.map(([path]) => `mode changed: ${path}`)]
}
