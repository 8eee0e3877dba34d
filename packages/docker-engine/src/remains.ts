import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Programs of an engine, or of a standalone BuildKit, that have its folder in their arguments; `exe` is rootlesskit's child. */
const ENGINE_PROGRAMS =
  /^(dockerd|rootlesskit|exe|buildkitd|containerd|containerd-shim.*|runc|docker-proxy|docker-init)$/

const CGROUP_ROOT = '/sys/fs/cgroup'

/** Mount points in a folder, innermost first, so that they can be unmounted in this order. */
export function mountsBelow(folder: string): string[] {
  // The format is described in proc_pid_mountinfo(5): the fifth field is the mount point, with octal escapes.
  return read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((point) => point.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse()
}

/**
 * Processes of the engine in this folder: its own programs, which have the folder in their arguments, and processes in
 * its containers, below the cgroup that is named after the folder.
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
  return read(`/proc/${pid}/cgroup`).includes(`:/${basename(folder)}/`)
}

/** Cgroups of the engine's containers in every hierarchy, innermost first. */
export function cgroupsOf(folder: string): string[] {
  const name = basename(folder)
  return [CGROUP_ROOT, ...folders(CGROUP_ROOT)]
    .filter((hierarchy) => folders(hierarchy).includes(join(hierarchy, name)))
    .flatMap((hierarchy) => withSubfolders(join(hierarchy, name)))
}

function withSubfolders(folder: string): string[] {
  return [...folders(folder).flatMap(withSubfolders), folder]
}

function folders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))
  } catch {
    return []
  }
}

/** A process may have exited by the time it is inspected. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
