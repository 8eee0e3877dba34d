import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'

/**
 * Where the runner mounts the folder below in a container: ContainerActionHandler.cs in
 * https://github.com/actions/runner
 */
const MOUNTED = '/github/home'

/**
 * The home folder of Docker container actions, in RUNNER_TEMP: the only place there, apart from the workspace, that
 * they can see.
 */
export const actionHomeIn = (temp: string): string => join(temp, '_github_home')

/** Whether two paths are the same folder, even through two mounts. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

/** It is also mounted in the job container, under the path that it has in Docker container actions. */
export function mountedHome(temp: string): string | undefined {
  return tryOrUndefined(() => isSame(MOUNTED, actionHomeIn(temp))) ? MOUNTED : undefined
}

/**
 * The folder that all later steps of this job can reach under the same path, or under a path that the runner replaces
 * in their variables: steps on the runner, in the job container, and Docker container actions.
 *
 * @returns `undefined` outside a job, and if this user may not write there
 */
export function actionHome({ GITHUB_ACTIONS, RUNNER_TEMP }: Environment): string | undefined {
  if (GITHUB_ACTIONS !== 'true' || !RUNNER_TEMP) return undefined
  return tryOrUndefined(() => {
    const own = actionHomeIn(RUNNER_TEMP)
    // The runner creates it for the first Docker container action.
    mkdirSync(own, { recursive: true })
    const home = mountedHome(RUNNER_TEMP) ?? own
    accessSync(home, constants.W_OK | constants.X_OK)
    return home
  })
}
