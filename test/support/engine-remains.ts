import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Programs of an engine that name its folder in their arguments. */
const ENGINE_PROGRAMS = /^(dockerd|containerd|containerd-shim.*|runc|docker-proxy|docker-init)$/

/** Mount points in a folder, the innermost first, so that they can be unmounted in this order. */
export function mountsBelow(folder: string): string[] {
  return mounts('/proc/self/mountinfo')
    .map((mount) => mount.point)
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse()
}

/**
 * Processes of the engine that lives in this folder: its own programs, which name the folder in their arguments,
 * and what runs in its containers, whose root file system lies in the folder.
 */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && (isEngineProgram(pid, folder) || isContained(pid, folder)))
}

function isEngineProgram(pid: number, folder: string): boolean {
  const [program = '', ...args] = read(`/proc/${pid}/cmdline`).split('\0')
  return ENGINE_PROGRAMS.test(basename(program)) && args.some((arg) => arg.includes(`${folder}/`))
}

function isContained(pid: number, folder: string): boolean {
  return mounts(`/proc/${pid}/mountinfo`).some((mount) => mount.point === '/' && mount.line.includes(`${folder}/`))
}

/** The format is in proc_pid_mountinfo(5): the fifth field is the mount point, with octal escapes. */
function mounts(file: string): { point: string; line: string }[] {
  return read(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({
      line,
      point: (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      ),
    }))
}

/** A process may be gone by the time it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
