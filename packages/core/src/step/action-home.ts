import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'

/** Where a container of the runner has the folder below: ContainerActionHandler.cs of https://github.com/actions/runner */
const MOUNTED = '/github/home'

/** The home of docker actions, in RUNNER_TEMP: the only place there, beside the workspace, that they get to see. */
export const actionHomeIn = (temp: string): string => join(temp, '_github_home')

/** Whether two paths are one folder, also through two mounts. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

/** In the job's container it is mounted as well, by the name that it has in docker actions. */
export function mountedHome(temp: string): string | undefined {
  return tryOrUndefined(() => isSame(MOUNTED, actionHomeIn(temp))) ? MOUNTED : undefined
}

/**
 * The folder that the later steps of this job have under the same name, or under one that the runner replaces in their
 * variables: those on the runner, in the job's container, and docker actions.
 *
 * @returns `undefined` outside of a job, and where this user may not write there
 */
export function actionHome({ GITHUB_ACTIONS, RUNNER_TEMP }: Environment): string | undefined {
  if (GITHUB_ACTIONS !== 'true' || !RUNNER_TEMP) return undefined
  return tryOrUndefined(() => {
    const own = actionHomeIn(RUNNER_TEMP)
    // The runner makes it for the first docker action.
    mkdirSync(own, { recursive: true })
    const home = mountedHome(RUNNER_TEMP) ?? own
    accessSync(home, constants.W_OK | constants.X_OK)
    return home
  })
}
