import { cp, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ACTIONS = fileURLToPath(new URL('../../actions', import.meta.url))

/** Lays the built actions into `folder` as users get them: each at the root, for `uses: org/actions/<name>@v1`. */
export async function layOutActions(folder: string): Promise<void> {
  for (const name of await readdir(ACTIONS)) {
    await mkdir(join(folder, name), { recursive: true })
    for (const part of ['action.yml', 'dist']) {
      await cp(join(ACTIONS, name, part), join(folder, name, part), { recursive: true })
    }
  }
}
