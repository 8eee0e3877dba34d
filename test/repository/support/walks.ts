import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImportGraph } from './imports.ts'

/** The chains of files of one walk, each file by its path from the root. */
export interface Walk {
  readonly title: string
  readonly chains: readonly (readonly string[])[]
}

const CORE = 'packages/core/src/'

/** A path as the page has it: a whole one, one of core, or one below the sources of the action that was named last. */
function pathOf(name: string, action: string): string {
  if (name.startsWith('core/')) return CORE + name.slice('core/'.length)
  return name.startsWith('actions/') ? name : action + name
}

/** The walks of ARCHITECTURE.md: paragraphs in bold, each with a list of chains `a.ts` → `b.ts`. */
export function walksIn(page: string): Walk[] {
  const [, section = ''] = /^## Three walks$(.*)/ms.exec(page) ?? []
  const parts = section.split(/^\*\*/m).slice(1)
  return parts.map((part) => {
    let action = ''
    const lines = part.replaceAll(/\n {2,}/g, ' ').split('\n')
    const chains = lines
      .filter((line) => line.startsWith('- '))
      .map((line) => {
        const [chain = ''] = /^- `[^`]+`(?: → `[^`]+`)*/.exec(line) ?? []
        return [...chain.matchAll(/`([^`]+)`/g)].map(([, name = '']) => {
          action = /^actions\/[^/]+\/src\//.exec(name)?.[0] ?? action
          return pathOf(name, action)
        })
      })
    return { title: part.slice(0, part.indexOf('**')), chains }
  })
}

const NAMED = /\b(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'([^']+)'/g

/** The names in `import { … }` and `export { … }`, with the module that they come from. */
const namesIn = (text: string): (readonly [name: string, from: string])[] =>
  [...text.matchAll(NAMED)].flatMap(([, names = '', from = '']) =>
    names.split(',').map((name) => [name.trim().replace(/^type /, ''), from] as const),
  )

/** Whether a file imports another, by itself or by a name that core's index.ts has from there. */
function isImport(root: string, graph: ImportGraph, from: string, to: string): boolean {
  if (graph.get(from)?.includes(to)) return true
  const text = (file: string) => readFileSync(join(root, file), 'utf8')
  const exported = namesIn(text(`${CORE}index.ts`)).filter(([, file]) => CORE + file.slice('./'.length) === to)
  const names = new Set(exported.map(([name]) => name))
  return namesIn(text(from)).some(([name, module]) => module === '@container-actions/core' && names.has(name))
}

/** What is wrong in the walks: files that are not there, and arrows that no import stands behind. */
export function wrongSteps(root: string, graph: ImportGraph, walks: readonly Walk[]): string[] {
  const chains = walks.flatMap((walk) => walk.chains)
  const missing = new Set(chains.flat().filter((file) => !existsSync(join(root, file))))
  const arrows = chains.flatMap((chain) => chain.slice(1).map((to, index) => [chain[index] ?? '', to] as const))
  const broken = arrows.filter(([from, to]) => ![from, to].some((file) => missing.has(file)))
  return [
    ...[...missing].map((file) => `${file} is missing`),
    ...broken.filter(([from, to]) => !isImport(root, graph, from, to)).map(([from, to]) => `${from} imports no ${to}`),
  ]
}
