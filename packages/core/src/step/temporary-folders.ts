import type { Environment } from '../base/environment.ts'
import { object } from '../base/json-object.ts'
import { makeFolder, type OwnFolder, planFolder, removeFolder } from './own-folder.ts'
import type { Runner } from './runner.ts'
import { savedState } from './saved-state.ts'

/** Folders that exist for the duration of the step. */
export interface TemporaryFolders {
  /** A new folder below RUNNER_TEMP that only this user can access. */
  create(prefix: string): string
  /** Removes all of them; can be called twice, and from a signal handler. */
  removeAll(): void
}

/** State with the names of the folders, so that the post step finds them if the main step was killed. */
const STATE = 'temporaryFolders'

/** A folder in the state of a step; `undefined` for anything else. */
export function parseFolder(value: unknown): OwnFolder | undefined {
  const { path, mark } = object(value)
  return typeof path === 'string' && typeof mark === 'string' ? { path, mark } : undefined
}

function parseFolders(value: unknown): OwnFolder[] | undefined {
  const folders = Array.isArray(value) ? value.map(parseFolder) : [undefined]
  return folders.every((folder) => folder !== undefined) ? folders : undefined
}

function remove(folder: OwnFolder, env: Environment, runner: Pick<Runner, 'warning'>): void {
  const problem = removeFolder(folder, env)
  if (problem !== undefined) runner.warning(`The folder ${folder.path} is left: ${problem}.`)
}

export function temporaryFolders(env: Environment, runner: Runner): TemporaryFolders {
  const folders = new Set<OwnFolder>()
  return {
    create(prefix) {
      const folder = planFolder(prefix, env)
      folders.add(folder)
      // Saved first, because this process can be killed at any moment.
      runner.saveState(STATE, JSON.stringify([...folders]))
      makeFolder(folder)
      return folder.path
    },
    removeAll() {
      for (const folder of folders) remove(folder, env, runner)
      folders.clear()
    },
  }
}

/** In the post step: removes the leftovers of a killed main step. */
export function removeLeftFolders({ env, runner }: { readonly env: Environment; readonly runner: Runner }): void {
  for (const folder of savedState(STATE, parseFolders, runner) ?? []) remove(folder, env, runner)
}
