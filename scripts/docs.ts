/**
 * Writes the tables of inputs and outputs into each action's README, between its markers, from action.yml.
 * `npm run docs -- --check` changes nothing and fails where a table is stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

interface Entry {
  readonly description?: string
  readonly required?: boolean
  readonly default?: string
}

const ACTIONS = fileURLToPath(new URL('../actions', import.meta.url))

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

/** The README with fresh tables. Throws where it has no place for one. */
export function withTables(
  readme: string,
  manifest: { inputs?: Record<string, Entry>; outputs?: Record<string, Entry> },
): string {
  const tables = { inputs: inputRows(manifest.inputs ?? {}), outputs: outputRows(manifest.outputs ?? {}) }
  let fresh = readme
  for (const [name, rows] of Object.entries(tables)) {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
    if (!place.test(fresh)) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->`)
    fresh = fresh.replace(place, (_all, start, end) => `${start}${rows.join('\n')}\n${end}`)
  }
  return fresh
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  for (const action of readdirSync(ACTIONS)) {
    const file = `${ACTIONS}/${action}/README.md`
    const readme = readFileSync(file, 'utf8')
    const fresh = withTables(readme, parse(readFileSync(`${ACTIONS}/${action}/action.yml`, 'utf8')))
    if (fresh === readme) continue
    if (check) {
      console.error(`actions/${action}/README.md is stale; run: npm run docs`)
      process.exitCode = 1
    } else {
      writeFileSync(file, fresh)
      console.log(`Wrote actions/${action}/README.md`)
    }
  }
}
