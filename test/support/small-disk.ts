import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Job } from './runner.ts'

/** Puts a small file system in the place of a folder, and returns what takes it away again. Needs root. */
export function mountSmallDisk(folder: string, size: string): () => void {
  mkdirSync(folder, { recursive: true })
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  if (status !== 0) throw new Error(`Cannot mount a small disk: ${stderr}`)
  return () => void spawnSync('umount', ['--lazy', folder])
}

/** Leaves no room on the disk of RUNNER_TEMP, but for what is there already; returns what undoes it. */
export function fillTemporary({ folders }: Job): () => void {
  const event = readFileSync(folders.event)
  const undo = mountSmallDisk(folders.temp, '64k')
  mkdirSync(dirname(folders.event), { recursive: true })
  writeFileSync(folders.event, event)
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
