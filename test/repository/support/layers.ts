import type { ImportGraph } from './imports.ts'

/** Folders and files by the number of their layer; 1 imports nothing of the others. */
export type Layers = ReadonlyMap<string, number>

/** The table behind a line of ARCHITECTURE.md. */
export function layersIn(document: string, line: string): Layers {
  const [, rest] = document.split(`\n${line}\n`)
  if (rest === undefined) throw new Error(`ARCHITECTURE.md has no line ${line}`)
  const rows = /^\n*(?<table>(?:\|.*\n)+)/.exec(rest)?.groups?.['table'] ?? ''
  return new Map(
    [...rows.matchAll(/^\| (?<layer>\d+) \| (?<names>[^|]+) \|/gm)].flatMap(({ groups }) =>
      [...(groups?.['names'] ?? '').matchAll(/`([^`]+)`/g)].map(
        ([, name = '']) => [name, Number(groups?.['layer'])] as const,
      ),
    ),
  )
}

/** The entry of the table that a file is in: the longest that is the file, a folder above it, or `folder/*`. */
function entryOf(file: string, layers: Layers): { readonly name: string; readonly layer: number } | undefined {
  const found = [...layers].flatMap(([entry, layer]) => {
    const pattern = new RegExp(`^(?<name>${entry.replaceAll('.', '\\.').replace('*', '[^/]+')})(?:/|$)`)
    const name = pattern.exec(file)?.groups?.['name']
    return name === undefined ? [] : [{ name, layer }]
  })
  return found.toSorted((a, b) => b.name.length - a.name.length)[0]
}

/**
 * What is wrong with the imports of the files below `folder`, by a table of folders in it: `a.ts imports b.ts`.
 * A file that no row names is wrong as well.
 */
export function wrongImports(graph: ImportGraph, folder: string, layers: Layers): string[] {
  const inside = (file: string) => (file.startsWith(folder) ? file.slice(folder.length) : undefined)
  return [...graph].flatMap(([file, imports]) => {
    const from = inside(file)
    if (from === undefined) return []
    const own = entryOf(from, layers)
    if (own === undefined) return [`${file} is in no row of the table`]
    return imports.flatMap((target) => {
      const to = inside(target)
      const other = to === undefined ? undefined : entryOf(to, layers)
      if (other === undefined || other.name === own.name || other.layer < own.layer) return []
      return [`${file} imports ${target}`]
    })
  })
}
