import { startProcess } from 'ecr-local/child-process'

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
  const { child, started, stop } = await startProcess([])
  return {
    ...started,
    pid: child.pid ?? 0,
    hang: () => void child.kill('SIGSTOP'),
    async [Symbol.asyncDispose]() {
      const ended = stop()
      child.kill('SIGCONT')
      await ended
    },
  }
}
