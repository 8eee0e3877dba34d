import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAction } from '../packages/runner-harness/src/action.ts'
import { inputEnvironment } from '../packages/runner-harness/src/inputs.ts'

const ACTIONS = join(import.meta.dirname, '../actions')
const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY']

/** Where an action runs. */
export interface Place {
  /** For the runner's files and temporary files. */
  readonly folder: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** Milliseconds that the bundle of an action takes from start to exit. Throws where it does not succeed. */
export function timeAction(name: string, given: Readonly<Record<string, string>>, { folder, cwd, env }: Place): number {
  for (const file of FILES) writeFileSync(join(folder, file), '')
  const paths = Object.fromEntries(FILES.map((file) => [file, join(folder, file)]))
  const inputs = inputEnvironment({ ...Object.fromEntries(readAction(name).inputs), ...given })
  const begun = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ACTIONS, name, 'dist/index.js')], {
    env: { ...env, ...paths, ...inputs, RUNNER_TEMP: folder },
    cwd,
    encoding: 'utf8',
  })
  const milliseconds = performance.now() - begun
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stdout}${stderr}`)
  return milliseconds
}
