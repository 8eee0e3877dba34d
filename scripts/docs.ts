/**
 * Writes the tables of inputs and outputs into each action's README, from action.yml, and the table of examples into
 * theirs, from their first comments, each between its markers. `npm run docs -- --check` changes nothing and fails if a
 * table is out of date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { exampleRows } from './docs/examples.ts'

interface Entry {
  readonly description?: string
  readonly required?: boolean
  readonly default?: string
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const cell = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')

function defaultOf({ required, default: value }: Entry): string {
  if (value !== undefined && value !== '') return `\`${value.replaceAll('\n', ', ')}\``
  return required ? 'required' : ''
}

const inputRows = (inputs: Record<string, Entry>): string[] => [
  '| Input | Default | Description |',
  '|---|---|---|',
  ...Object.entries(inputs).map(
    ([name, entry]) => `| \`${name}\` | ${cell(defaultOf(entry))} | ${cell(entry.description ?? '')} |`,
  ),
]

const outputRows = (outputs: Record<string, Entry>): string[] => [
  '| Output | Description |',
  '|---|---|',
  ...Object.entries(outputs).map(([name, entry]) => `| \`${name}\` | ${cell(entry.description ?? '')} |`),
]

/** Replaces the lines between the markers of each name. Throws if the README lacks the markers. */
function withRows(readme: string, rows: Readonly<Record<string, readonly string[]>>): string {
  let fresh = readme
  for (const [name, lines] of Object.entries(rows)) {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
    if (!place.test(fresh)) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->`)
    fresh = fresh.replace(place, (_all, start, end) => `${start}${lines.join('\n')}\n${end}`)
  }
  return fresh
}

/** Updates the tables of an action's README. */
export const withTables = (
  readme: string,
  manifest: { inputs?: Record<string, Entry>; outputs?: Record<string, Entry> },
): string => withRows(readme, { inputs: inputRows(manifest.inputs ?? {}), outputs: outputRows(manifest.outputs ?? {}) })

/** Updates the table in the README of the examples in `folder`. */
export const withExampleTable = (readme: string, folder: string): string =>
  withRows(readme, { examples: exampleRows(folder) })

/** The READMEs with tables, relative to the root of the repository, and how to update each. */
function* readmes(): Generator<[file: string, fresh: (readme: string) => string]> {
  for (const action of readdirSync(`${ROOT}actions`)) {
    const manifest = parse(readFileSync(`${ROOT}actions/${action}/action.yml`, 'utf8'))
    yield [`actions/${action}/README.md`, (readme) => withTables(readme, manifest)]
  }
  yield ['workflows-examples/README.md', (readme) => withExampleTable(readme, `${ROOT}workflows-examples`)]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  for (const [file, freshOf] of readmes()) {
    const readme = readFileSync(ROOT + file, 'utf8')
    const fresh = freshOf(readme)
    if (fresh === readme) continue
    if (check) {
      console.error(`${file} is stale; run: npm run docs`)
      process.exitCode = 1
    } else {
      writeFileSync(ROOT + file, fresh)
      console.log(`Wrote ${file}`)
    }
  }
}
