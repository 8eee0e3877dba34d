import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Job } from '../../packages/runner-harness/src/index.ts'

/**
 * Puts a small file system in the place of a folder, and returns what takes it away again. Needs root.
 *
 * @param options of the mount, such as `noexec`
 */
export function mountSmallDisk(folder: string, size: string, ...options: string[]): () => void {
  mkdirSync(folder, { recursive: true })
  const { status, stderr } = spawnSync('mount', [
    ...['-t', 'tmpfs', '-o', [`size=${size}`, ...options].join()],
    ...['tmpfs', folder],
  ])
  if (status !== 0) throw new Error(`Cannot mount a small disk: ${stderr}`)
  return () => void spawnSync('umount', ['--lazy', folder])
}

/** Gives RUNNER_TEMP a disk of its own, with what is there already; returns what undoes it. */
export function mountTemporary({ folders }: Job, size: string, ...options: string[]): () => void {
  const event = readFileSync(folders.event)
  const undo = mountSmallDisk(folders.temp, size, ...options)
  mkdirSync(dirname(folders.event), { recursive: true })
  writeFileSync(folders.event, event)
  return undo
}

/** Leaves no room on the disk of RUNNER_TEMP, but for what is there already; returns what undoes it. */
export function fillTemporary(job: Job): () => void {
  const { folders } = job
  const undo = mountTemporary(job, '64k')
  for (const size of [4096, 1]) {
    for (let n = 0; ; n++) if (!written(join(folders.temp, '_runner_file_commands', `full-${size}-${n}`), size)) break
  }
  return undo
}

function written(file: string, size: number): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, Buffer.alloc(size))
    return true
  } catch {
    return false
  }
}
