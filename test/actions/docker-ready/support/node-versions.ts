import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const versionOf = (node: string): string => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''

/** The Node that runs this, and the Node 20 of the machine, which the runner also has for hooks; by major version. */
export function nodeVersions(): ReadonlyMap<number, string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const candidates = [
    process.execPath,
    ...folders.map((folder) => join(folder, 'node')).filter((file) => existsSync(file)),
  ]
  const versions = new Map<number, string>()
  for (const node of candidates) {
    const major = Number(/^v(\d+)\./.exec(versionOf(node))?.[1])
    if (major >= 20 && !versions.has(major)) versions.set(major, node)
  }
  return versions
}
