/**
 * Puts these actions in the place of those that they replace, in workflow files and composite actions:
 * `npm run migrate -- FILE… [--write] [--repository OWNER/NAME] [--ref REF | --sha COMMIT --version vX.Y.Z]`.
 * Shows a diff, or writes with --write. What it does not translate is listed with file and line; the exit status is
 * then 1.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createTwoFilesPatch } from 'diff'
import { migrate, type Naming } from './migrate/workflow.ts'

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    repository: { type: 'string', default: 'org/actions' },
    ref: { type: 'string', default: 'v1' },
    sha: { type: 'string' },
    version: { type: 'string' },
  },
})

function namingOf({ repository, ref, sha, version }: typeof values): Naming | string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return `--repository must be OWNER/NAME; it is '${repository}'.`
  if (sha === undefined) return version === undefined ? { repository, ref } : 'Give --version together with --sha.'
  if (!/^[0-9a-f]{40}$/.test(sha)) return `--sha must be the 40 hexadecimal digits of a commit; it is '${sha}'.`
  if (version === undefined || !/^v\d+\.\d+\.\d+$/.test(version)) return 'Give --sha together with --version vX.Y.Z.'
  return { repository, ref: sha, version }
}

function run(naming: Naming): number {
  let status = 0
  for (const file of files) {
    // npm runs scripts in the folder of the package; INIT_CWD is where the user is.
    const path = resolve(process.env['INIT_CWD'] ?? '.', file)
    const before = readFileSync(path, 'utf8')
    const { text, left } = migrate(before, naming)
    if (text !== before && values.write) writeFileSync(path, text)
    else if (text !== before) process.stdout.write(createTwoFilesPatch(file, file, before, text, '', ''))
    for (const { line, reason } of left) console.error(`${file}:${line}: ${reason}`)
    if (left.length > 0) status = 1
  }
  return status
}

const naming = namingOf(values)
if (typeof naming === 'string') console.error(naming)
else if (files.length === 0) console.error('Name the workflow files, for example .github/workflows/*.yml')
process.exitCode = typeof naming === 'string' || files.length === 0 ? 2 : run(naming)
