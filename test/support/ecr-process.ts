import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** An ecr-local in a process of its own, so that it can be stopped like a server that hangs. */
export interface EcrProcess extends AsyncDisposable {
  readonly pid: number
  readonly endpoint: string
  readonly registry: string
  readonly region: string
  readonly environment: Readonly<Record<string, string>>
  /** From now on it accepts connections and answers nothing. */
  hang(): void
}

export async function startEcrProcess(): Promise<EcrProcess> {
  const cli = fileURLToPath(new URL('../../packages/ecr-local/src/cli.ts', import.meta.url))
  const child = spawn(process.execPath, [cli, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const { endpoint, registry, region, environment } = JSON.parse(String(line))
  return {
    pid: child.pid ?? 0,
    endpoint,
    registry,
    region,
    environment,
    hang: () => void child.kill('SIGSTOP'),
    [Symbol.asyncDispose]: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  child.kill('SIGCONT')
  await ended
}
