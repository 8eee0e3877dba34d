import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is removed when it is disposed, or at the latest when the process exits. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

const folders = new Set<string>()

export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
  // One listener for all folders; it remains, but does nothing once all are gone.
  if (!process.listeners('exit').includes(removeAll)) process.on('exit', removeAll)
  const path = await mkdtemp(join(tmpdir(), prefix))
  folders.add(path)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
      folders.delete(path)
    },
  }
}

function removeAll() {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
}
