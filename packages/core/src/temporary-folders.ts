import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './environment.ts'

/** Folders that live as long as the step. */
export interface TemporaryFolders {
  /** A new folder below RUNNER_TEMP that only this user can enter. */
  create(prefix: string): string
  /** Removes all of them; safe to call twice, and from a signal handler. */
  removeAll(): void
}

export function temporaryFolders(env: Environment): TemporaryFolders {
  const folders = new Set<string>()
  return {
    create(prefix) {
      const folder = mkdtempSync(join(env['RUNNER_TEMP'] || tmpdir(), `${prefix}-`))
      folders.add(folder)
      return folder
    },
    removeAll() {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
      folders.clear()
    },
  }
}
