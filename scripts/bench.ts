/**
 * Runs one benchmark from `scripts/bench`: `npm run bench -- NAME [OPTIONS]`. Each file exports `bench(args):
 * Promise<boolean>`, which prints its measurements and returns whether they are within the budget.
 */
import { readdirSync } from 'node:fs'

const folder = new URL('./bench/', import.meta.url)
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []))
const [name = '', ...args] = process.argv.slice(2)

if (names.includes(name)) {
  const { bench } = await import(new URL(`${name}.ts`, folder).href)
  if (!(await bench(args))) process.exitCode = 1
} else {
  console.error(`Usage: npm run bench -- NAME [OPTIONS], where NAME is one of: ${names.join(', ')}`)
  process.exitCode = 2
}
