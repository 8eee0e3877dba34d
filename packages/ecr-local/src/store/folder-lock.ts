import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** The process that owns a folder. */
interface Owner {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** Start time of the process in kernel ticks; `undefined` if there is no /proc. */
  readonly started?: string | undefined
}

/**
 * How often the owner touches its lock; without that for several intervals, a process on another machine counts as
 * gone, in ms.
 */
const BEAT = 5_000
const SILENT = 30_000

/**
 * How long to wait before a new lock is read back, so that two processes that remove the same stale lock notice, in ms.
 */
const SETTLE = 50

const started = async (pid: number): Promise<string | undefined> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name in parentheses, which may contain spaces.
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
  // Another machine, or another container with its own processes: only the timestamp helps.
  if (owner.host === hostname()) return false
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }))
  return Date.now() - mtimeMs < SILENT
}

const inUse = (folder: string, { pid, host }: Owner): Error =>
  new Error(
    `The folder ${folder} is in use by process ${pid} on ${host}. Two servers on one folder would lose each other's tags: stop that one, or give another folder.`,
  )

/** Removes a lock whose owner is gone. */
async function removeStale(file: string, stale: Owner | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => undefined)
  const taken = await ownerIn(aside)
  // Another process was faster: the removed lock is the new one; put it back in place of whatever replaced it.
  if (taken !== undefined && taken.id !== stale?.id) await rename(aside, file).catch(() => undefined)
  else await rm(aside, { force: true })
}

/**
 * Makes this process the only one that uses `folder`, until the lock is disposed or the process exits.
 *
 * @throws Error if another process owns it
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
