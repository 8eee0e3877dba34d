import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './environment.ts'
import type { Runner } from './runner.ts'

/** Folders that live as long as the step. */
export interface TemporaryFolders {
  /** A new folder below RUNNER_TEMP that only this user can enter. */
  create(prefix: string): string
  /** Removes all of them; safe to call twice, and from a signal handler. */
  removeAll(): void
}

/** State that names the folders, so that the post step finds them when the main step was killed. */
const STATE = 'temporaryFolders'

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export function temporaryFolders(env: Environment, runner: Runner): TemporaryFolders {
  const folders = new Set<string>()
  return {
    create(prefix) {
      const folder = join(env['RUNNER_TEMP'] || tmpdir(), `${prefix}-${randomBytes(6).toString('hex')}`)
      folders.add(folder)
      // First, as this process can be killed at any moment.
      runner.saveState(STATE, JSON.stringify([...folders]))
      mkdirSync(folder, { mode: 0o700, recursive: true })
      return folder
    },
    removeAll() {
      for (const folder of folders) remove(folder)
      folders.clear()
    },
  }
}

/** In the post step: removes what a main step that was killed has left. */
export function removeLeftFolders(runner: Runner): void {
  const folders: string[] = JSON.parse(runner.state(STATE) || '[]')
  for (const folder of folders) remove(folder)
}
