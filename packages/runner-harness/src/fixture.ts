import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Job } from './index.ts'

/** The keys of an action.yml that a fixture needs, other than its code. */
export interface Manifest {
  readonly inputs?: Readonly<Record<string, object>>
  /** Code of the post step. */
  readonly post?: string
  readonly 'post-if'?: string
  readonly using?: string
  readonly main?: string
}

/** `write(file, text)` appends to a file command: `write('OUTPUT', 'name=value\n')`. */
const PRELUDE = `import * as fs from 'node:fs'
import * as child from 'node:child_process'
const { env } = process
const write = (file, text) => fs.appendFileSync(env['GITHUB_' + file], text)
`

/** Writes an action with the given ES module as its main script. Its folder is removed with the job. */
export function fixture(job: Job, main: string, { inputs = {}, post, ...rest }: Manifest = {}): string {
  const folder = mkdtempSync(join(job.folders.root, 'action-'))
  // The user of the job may be another one.
  chmodSync(folder, 0o755)
  const runs = { using: 'node24', main: 'main.mjs', ...(post === undefined ? {} : { post: 'post.mjs' }), ...rest }
  writeFileSync(join(folder, 'action.yml'), stringify({ name: 'Fixture', inputs, runs }))
  writeFileSync(join(folder, 'main.mjs'), PRELUDE + main)
  if (post !== undefined) writeFileSync(join(folder, 'post.mjs'), PRELUDE + post)
  job.handOver(folder)
  return folder
}
