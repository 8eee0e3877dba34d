/**
 * Replaces other actions with these ones in workflow files and composite actions: `npm run migrate -- FILE… [--write]
 * [--repository OWNER/NAME] [--ref REF | --sha COMMIT --version vX.Y.Z]`. Shows a diff, or writes the files with
 * --write. Anything that it cannot translate is listed with file and line, and the exit status is 1.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createTwoFilesPatch } from 'diff'
import { Failure, reason } from '../packages/core/src/base/failure.ts'
import { userPath } from './command.ts'
import { migrate, type Naming } from './migrate/workflow.ts'

const OPTIONS = {
  write: { type: 'boolean', default: false },
  repository: { type: 'string', default: 'org/actions' },
  ref: { type: 'string', default: 'v1' },
  sha: { type: 'string' },
  version: { type: 'string' },
} as const

const parsed = (args: string[]) => parseArgs({ args, allowPositionals: true, options: OPTIONS })
type Order = ReturnType<typeof parsed>

/** Parses the arguments, or says what is wrong with them. */
function orderOf(args: string[]): Order | string {
  try {
    const order = parsed(args)
    return order.positionals.length > 0 ? order : 'Name the workflow files, for example .github/workflows/*.yml'
  } catch (error) {
    return reason(error)
  }
}

function namingOf({ repository, ref, sha, version }: Order['values']): Naming | string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return `--repository must be OWNER/NAME; it is '${repository}'.`
  if (!/^[\w./-]+$/.test(ref)) return `--ref must be a tag, a branch or a commit; it is '${ref}'.`
  if (sha === undefined) return version === undefined ? { repository, ref } : 'Give --version together with --sha.'
  if (!/^[0-9a-f]{40}$/.test(sha)) return `--sha must be the 40 hexadecimal digits of a commit; it is '${sha}'.`
  if (version === undefined || !/^v\d+\.\d+\.\d+$/.test(version)) return 'Give --sha together with --version vX.Y.Z.'
  return { repository, ref: sha, version }
}

/** Reads a file with its byte order mark, if any. Throws a Failure if the bytes would not survive the round trip. */
function textOf(path: string): string {
  const bytes = readFileSync(path)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Failure('its bytes are not UTF-8, as GitHub takes workflows')
  }
}

/** @returns whether everything in the file was translated */
function migrateFile(file: string, naming: Naming, write: boolean): boolean {
  try {
    const path = userPath(file)
    const before = textOf(path)
    const { text, left } = migrate(before, naming)
    if (text !== before && write) writeFileSync(path, text)
    else if (text !== before) process.stdout.write(createTwoFilesPatch(file, file, before, text, '', ''))
    for (const one of left) console.error(`${file}:${one.line}: ${one.reason}`)
    return left.length === 0
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof Error && 'syscall' in error)) throw error
    console.error(`${file}: This file was left as it is: ${reason(error)}.`)
    return false
  }
}

function run(args: string[]): number {
  const order = orderOf(args)
  const naming = typeof order === 'string' ? order : namingOf(order.values)
  if (typeof order === 'string' || typeof naming === 'string') {
    console.error(naming)
    return 2
  }
  const done = order.positionals.map((file) => migrateFile(file, naming, order.values.write))
  return done.every(Boolean) ? 0 : 1
}

process.exitCode = run(process.argv.slice(2))
