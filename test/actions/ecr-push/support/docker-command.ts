import { execFile } from 'node:child_process'
import type { Engine } from '../../../../packages/docker-engine/src/index.ts'

/** Runs the engine's own client with `changes` to its variables; everything that it prints, however it ends. */
export function dockerSays(
  engine: Engine,
  args: readonly string[],
  changes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...process.env, ...engine.env, ...changes }
  return new Promise((resolve) => {
    execFile('docker', args, { env }, (_, stdout, stderr) => resolve(stdout + stderr))
  })
}
