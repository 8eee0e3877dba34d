import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '../docs/performance.md')

/** A measured table: its heads, and rows of as many cells. */
export interface Table {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

/** Milliseconds that the work takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

function markdown({ heads, rows }: Table): string {
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`
  return [line(heads), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n')
}

/**
 * Prints a table with the load of the machine, on which times depend; with `write`, also replaces the one of this name in
 * docs/performance.md, between the comments `bench:NAME` and `/bench`.
 */
export function report(name: string, table: Table, write: boolean): void {
  const text = markdown(table)
  console.log(`${text}\n\nLoad: ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors.`)
  if (!write) return
  const page = readFileSync(PAGE, 'utf8')
  const [start, end] = [`<!-- bench:${name} -->\n`, '<!-- /bench -->']
  const begin = page.indexOf(start) + start.length
  const stop = page.indexOf(end, begin)
  if (!page.includes(start) || stop < 0)
    throw new Error(`docs/performance.md has no table between ${start.trim()} and ${end}`)
  writeFileSync(PAGE, `${page.slice(0, begin)}${text}\n${page.slice(stop)}`)
}
