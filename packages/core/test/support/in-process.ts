import type { Environment } from '../../src/base/environment.ts'
import type { OutputValues } from '../../src/base/failure.ts'
import { type Action, runAction } from '../../src/step/run-action.ts'
import { memoryRunner, type Told } from '../../src/testing.ts'

export interface InProcess {
  readonly env?: Environment
  readonly state?: Readonly<Record<string, string>>
  /** Runs the post step instead of the main step. */
  readonly post?: boolean
  readonly platform?: NodeJS.Platform
}

/** Runs an action in this process, on a runner in memory, and gives what it told the runner. */
export async function runInProcess<I, O extends OutputValues>(
  action: Omit<Action<I, O>, 'systems'>,
  { env = {}, state = {}, post = false, platform = 'linux' }: InProcess = {},
): Promise<Told> {
  const runner = memoryRunner(state)
  const before = new Map((['SIGINT', 'SIGTERM'] as const).map((name) => [name, process.listeners(name)]))
  try {
    await runAction({ ...action, systems: ['linux', 'darwin'] }, runner, env, post ? ['--post'] : [], platform)
  } finally {
    for (const [name, listeners] of before) {
      for (const listener of process.listeners(name)) {
        if (!listeners.includes(listener)) process.removeListener(name, listener)
      }
    }
  }
  return runner.told
}
