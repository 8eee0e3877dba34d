import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder } from '../../../packages/docker-engine/src/cache-folder.ts'

/** scripts/install/moto.sh installs it. */
export const MOTO = join(cacheFolder(), 'moto-5.2.5', 'bin', 'moto_server')

/** A running server of moto, an imitation of AWS. */
export interface Moto extends AsyncDisposable {
  readonly endpoint: string
}

export async function startMoto(): Promise<Moto> {
  const child = spawn(MOTO, ['--host', '127.0.0.1', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  const lines = createInterface(child.stderr)
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /Running on (http:\S+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('error', reject)
    ended.then(() => reject(new Error(`${MOTO} ended before it was ready`)), reject)
  })
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
