import { readdirSync, readFileSync } from 'node:fs'

/** What /proc tells may be gone the moment after; and there is no /proc but on Linux. */
function orNone<T>(read: () => T[]): T[] {
  try {
    return read()
  } catch {
    return []
  }
}

/**
 * The processes that a process started, theirs too, as far as the system tells: proc_pid_task(5), Linux only. A program
 * may have started them from any of its threads.
 */
export function descendants(pid: number): number[] {
  const tasks = `/proc/${pid}/task`
  const children = orNone(() => readdirSync(tasks)).flatMap((thread) =>
    orNone(() => readFileSync(`${tasks}/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number)),
  )
  return [...children, ...children.flatMap(descendants)]
}
