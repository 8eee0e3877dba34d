import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { linkTarget, nearestFolder } from './socket-file.ts'

/** Watches the paths of sockets for changes, even if folders in the paths are still missing. */
export interface SocketWatch {
  /** Inspects the paths again; a change from now on ends the next `change`. */
  arm(): void
  /** Resolves after a change since `arm`, or after `milliseconds`. `true` if there was a change. */
  change(milliseconds: number, signal: AbortSignal): Promise<boolean>
  close(): void
}

interface Watched {
  readonly watcher: FSWatcher
  readonly identity: string
}

/** The existing folder in the path, and the name in it that has to appear or to change next. */
function step(path: string): { folder: string; name: string } {
  const folder = nearestFolder(path)
  const name = relative(folder, resolve(path)).split('/')[0] ?? ''
  return { folder, name: name || basename(path) }
}

const identityOf = (folder: string): string | undefined =>
  tryOrUndefined(() => {
    const { dev, ino } = statSync(folder)
    return `${dev}:${ino}`
  })

/**
 * Watches with inotify. If that is impossible (no watches left, a remote file system), `change` simply times out, so
 * the caller polls.
 */
export function watchSockets(paths: readonly string[]): SocketWatch {
  const watched = new Map<string, Watched>()
  let happened = false
  let notify: (() => void) | undefined
  const onEvent = () => {
    happened = true
    notify?.()
  }
  const stop = (key: string) => {
    watched.get(key)?.watcher.close()
    watched.delete(key)
  }
  const start = (key: string, folder: string, name: string, identity: string) => {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, file) => {
        // Without a file name, or with the folder's own name, the folder itself may have been deleted.
        if (file === null || file === name || file === basename(folder)) onEvent()
      })
      watcher.on('error', () => stop(key))
      watched.set(key, { watcher, identity })
    } catch {
      // Polling continues without it.
    }
  }

  return {
    arm() {
      happened = false
      const targets = paths.flatMap((path) => [path, linkTarget(path) ?? []].flat())
      const wanted = new Map(targets.map((path) => step(path)).map((found) => [join(found.folder, found.name), found]))
      for (const [key, { identity }] of watched) {
        if (!wanted.has(key) || identityOf(dirname(key)) !== identity) stop(key)
      }
      for (const [key, { folder, name }] of wanted) {
        const identity = watched.has(key) ? undefined : identityOf(folder)
        if (identity !== undefined) start(key, folder, name, identity)
      }
    },
    change(milliseconds, signal) {
      if (happened || signal.aborted) return Promise.resolve(happened)
      return new Promise((end) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          notify = undefined
          end(happened)
        }
        const timer = setTimeout(done, milliseconds)
        signal.addEventListener('abort', done, { once: true })
        notify = done
      })
    },
    close() {
      for (const key of [...watched.keys()]) stop(key)
    },
  }
}
