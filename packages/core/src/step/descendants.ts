import { readdirSync, readFileSync } from 'node:fs'

/** Processes in /proc may be gone a moment later; and only Linux has /proc. */
function orNone<T>(read: () => T[]): T[] {
  try {
    return read()
  } catch {
    return []
  }
}

/**
 * All descendants of a process, as far as the system reports them: proc_pid_task(5), Linux only. A program may have
 * started them from any of its threads.
 */
export function descendants(pid: number): number[] {
  const tasks = `/proc/${pid}/task`
  const children = orNone(() => readdirSync(tasks)).flatMap((thread) =>
    orNone(() => readFileSync(`${tasks}/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number)),
  )
  return [...children, ...children.flatMap(descendants)]
}
