import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** The process that has a folder. */
interface Owner {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** When the process started, in the kernel's ticks; `undefined` where there is no /proc. */
  readonly started?: string | undefined
}

/** How often the owner touches its lock, and after how long without that a process of another machine is gone, in ms. */
const BEAT = 5_000
const SILENT = 30_000

/** How long a new lock is left alone before it is read back, so that two who remove the same stale lock see it, in ms. */
const SETTLE = 50

const started = async (pid: number): Promise<string | undefined> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name in parentheses, which may hold blanks.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19]
}

async function ownerIn(file: string): Promise<Owner | undefined> {
  try {
    const { id, host, pid, started } = JSON.parse(await readFile(file, 'utf8'))
    return { id: String(id), host: String(host), pid: Number(pid), started }
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function isAlive(owner: Owner, file: string): Promise<boolean> {
  if (owner.host === hostname() && isRunning(owner.pid)) return owner.started === (await started(owner.pid))
  // Another machine, or another container with processes of its own: only the time tells.
  if (owner.host === hostname()) return false
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }))
  return Date.now() - mtimeMs < SILENT
}

const inUse = (folder: string, { pid, host }: Owner): Error =>
  new Error(
    `The folder ${folder} is in use by process ${pid} on ${host}. Two servers on one folder would lose each other's tags: stop that one, or give another folder.`,
  )

/** Takes a lock whose owner is gone out of the way. */
async function removeStale(file: string, stale: Owner | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => undefined)
  const taken = await ownerIn(aside)
  // Somebody else was faster: what was taken away is the new lock, and goes over whatever was made in its place.
  if (taken !== undefined && taken.id !== stale?.id) await rename(aside, file).catch(() => undefined)
  else await rm(aside, { force: true })
}

/**
 * Makes this process the only one that works in `folder`, until the lock is disposed of or the process is gone.
 *
 * @throws Error where another process has it
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const file = join(folder, 'lock')
  const me: Owner = { id: randomUUID(), host: hostname(), pid: process.pid, started: await started(process.pid) }
  const draft = `${file}.${me.id}`
  await writeFile(draft, JSON.stringify(me), { mode: 0o600, flag: 'wx' })
  try {
    for (;;) {
      const taken = await link(draft, file).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false
          throw error
        },
      )
      if (taken) break
      const owner = await ownerIn(file)
      if (owner !== undefined && (await isAlive(owner, file))) throw inUse(folder, owner)
      await removeStale(file, owner)
    }
  } finally {
    await rm(draft, { force: true })
  }
  await delay(SETTLE)
  const now = await ownerIn(file)
  if (now?.id !== me.id) throw inUse(folder, now ?? me)
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      if ((await ownerIn(file))?.id === me.id) await rm(file, { force: true })
    },
  }
}
