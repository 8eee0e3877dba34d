/** Prints the notes of a release, from CHANGELOG.md: `npm run release:notes -- --version v1.2.3`. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ROOT, runCommand, Usage } from './command.ts'
import { notesOf } from './release/changelog.ts'

function readVersion(args: string[]): string {
  const usage = 'Usage: npm run release:notes -- --version v1.2.3'
  try {
    const { version } = parseArgs({ args, options: { version: { type: 'string' } } }).values
    if (version) return version
  } catch (error) {
    throw new Usage(`${(error as Error).message}\n${usage}`)
  }
  throw new Usage(usage)
}

runCommand((args) => notesOf(readFileSync(`${ROOT}CHANGELOG.md`, 'utf8'), readVersion(args)))
