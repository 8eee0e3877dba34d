import { startProcess } from 'ecr-local/child-process'

/** An ecr-local in a separate process, which can be suspended to simulate a hanging server. */
export interface EcrProcess extends AsyncDisposable {
  readonly pid: number
  readonly endpoint: string
  readonly registry: string
  readonly region: string
  readonly environment: Readonly<Record<string, string>>
  /** Makes it accept connections without responding. */
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
