import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A control group below our own, with little memory. */
export interface MemoryGroup {
  /** A process whose id is written here is in the group, and so are its children. */
  readonly procs: string
  /** Lets the group have all the memory it wants; what it has counted stays. */
  lift(): void
  /** Once no process is in it any more. */
  remove(): void
}

function parent(): { folder: string; limit: string; unlimited: string } | undefined {
  const own = readFileSync('/proc/self/cgroup', 'utf8')
  const v1 = /^\d+:memory:(.*)$/m.exec(own)?.[1]
  if (v1 !== undefined) {
    const folder = [join('/sys/fs/cgroup/memory', v1), '/sys/fs/cgroup/memory'].find((path) => existsSync(path))
    return folder === undefined ? undefined : { folder, limit: 'memory.limit_in_bytes', unlimited: '-1' }
  }
  // Only the root of cgroup v2 may have processes and groups with limits side by side.
  const controllers = '/sys/fs/cgroup/cgroup.subtree_control'
  if (!existsSync(controllers) || !readFileSync(controllers, 'utf8').includes('memory')) return undefined
  return { folder: '/sys/fs/cgroup', limit: 'memory.max', unlimited: 'max' }
}

/** `undefined` where this process may not make one. */
export function createMemoryGroup(bytes: number): MemoryGroup | undefined {
  const { folder, limit, unlimited } = parent() ?? {}
  if (folder === undefined || limit === undefined || unlimited === undefined) return undefined
  const group = join(folder, `test-${process.pid}-${Date.now()}`)
  try {
    mkdirSync(group)
    writeFileSync(join(group, limit), String(bytes))
  } catch {
    if (existsSync(group)) rmdirSync(group)
    return undefined
  }
  return {
    procs: join(group, 'cgroup.procs'),
    lift: () => writeFileSync(join(group, limit), unlimited),
    remove: () => rmdirSync(group),
  }
}
