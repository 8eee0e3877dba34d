import { globSync, readFileSync } from 'node:fs'

import { join, posix } from 'node:path'

/** From each file of the sources to the files of this repository that it imports, for types too; by path from the root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** `import … from '…'`, `export … from '…'`, `import '…'` and `import('…')`. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*(['"])(?<name>[^'"]+)\1/g

/** How sources name the packages of this repository. */
const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/^@container-actions\/(?<name>core|runner-harness|docker-engine|stand-ins)(?:\/(?<entry>.+))?$/, 'packages/'],
  [/^(?<name>ecr-local)(?:\/(?<entry>.+))?$/, 'packages/'],
]

function targetOf(name: string, file: string): string | undefined {
  if (name.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), name))
  for (const [pattern, folder] of PACKAGES) {
    const { groups } = pattern.exec(name) ?? {}
    if (groups) return `${folder}${groups['name']}/src/${groups['entry'] ?? 'index'}.ts`
  }
  return undefined
}

/** The imports of one file, by its path from the root. */
export const importsIn = (file: string, text: string): string[] =>
  [...text.matchAll(IMPORT)].flatMap(({ groups }) => targetOf(groups?.['name'] ?? '', file) ?? [])

/** Of all TypeScript files below the folders. */
export function importGraph(root: string, folders: readonly string[]): ImportGraph {
  const files = folders.flatMap((folder) =>
    globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (path) => /(?:^|\/)(?:node_modules|lib|dist)$/.test(path) }),
  )
  return new Map(files.map((file) => [file, importsIn(file, readFileSync(join(root, file), 'utf8'))]))
}

/** Groups of files that import each other in a circle. */
export function circles(graph: ImportGraph): string[][] {
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>()
    const open = [...(graph.get(start) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(...(graph.get(next) ?? []))
    }
    return seen
  }
  const reached = new Map([...graph.keys()].map((file) => [file, reach(file)]))
  const inCircle = [...graph.keys()].filter((file) => reached.get(file)?.has(file))
  const groups = new Map<string, string[]>()
  for (const file of inCircle) {
    const group = inCircle.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).toSorted()
    groups.set(group.join(), group)
  }
  return [...groups.values()]
}
