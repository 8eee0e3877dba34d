import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const OTHER = 1001

let temp: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'remove-tree-'))
  chownSync(temp, OTHER, OTHER)
})
afterEach(() => rmSync(temp, { recursive: true }))

/** Removes a folder as another user, who makes it with files and lets root change it before; what is said of it. */
function removedAfter(change: (folder: string) => void): { folder: string; problem: string | null } {
  const script = (
    body: string,
  ) => `import * as own from ${JSON.stringify(join(import.meta.dirname, '../../src/step/own-folder.ts'))}
import * as fs from 'node:fs'
process.setgroups([]); process.setgid(${OTHER}); process.setuid(${OTHER})
const env = { RUNNER_TEMP: process.argv[1] }
console.log(JSON.stringify((() => { ${body} })() ?? null))`
  const run = (body: string, ...args: string[]) =>
    JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '--eval', script(body), temp, ...args], {
        encoding: 'utf8',
      }),
    )
  const made = run(`const made = own.planFolder('login', env); own.makeFolder(made)
for (const name of ['a', 'b', 'b/deep']) fs.mkdirSync(made.path + '/' + name)
for (const name of ['a/secret', 'b/deep/secret', 'secret']) fs.writeFileSync(made.path + '/' + name, 'a password', { mode: 0o600 })
return made`)
  change(made.path)
  const problem = run('return own.removeFolder(JSON.parse(process.argv[2]), env)', JSON.stringify(made))
  return { folder: made.path, problem }
}

const SECRETS = ['a/secret', 'b/deep/secret', 'secret']

/** What can still be read of the secrets. */
const readable = (folder: string): string[] =>
  SECRETS.filter((name) => existsSync(join(folder, name)) && readFileSync(join(folder, name), 'utf8') !== '')

interface Case {
  readonly name: string
  readonly change: (folder: string) => void
  /** What is left with something in it. */
  readonly left?: readonly string[]
  /** Of the folder, which is FOLDER in it; nothing where all is removed. */
  readonly says?: string
}

const take = (path: string, mode?: number) => {
  chownSync(path, 0, 0)
  if (mode !== undefined) chmodSync(path, mode)
}

const CASES: readonly Case[] = [
  { name: 'as it was made', change: () => undefined },
  { name: 'with a file of root in it', change: (folder) => take(join(folder, 'secret'), 0o600) },
  { name: 'with an empty folder of root', change: (folder) => mkdirSync(join(folder, 'c'), { mode: 0o700 }) },
  { name: 'with a folder that nobody may enter', change: (folder) => chmodSync(join(folder, 'b/deep'), 0) },
  { name: 'with a folder that is read-only', change: (folder) => chmodSync(join(folder, 'a'), 0o555) },
  {
    name: 'with a closed folder that root has filled',
    change: (folder) => {
      mkdirSync(join(folder, 'c/instances'), { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, 'c/instances/one'), '')
    },
    says: "user 1001 may not remove c in it. Of FOLDER/c: it belongs to root and has mode 0700. Run 'sudo rm -rf FOLDER'",
  },
  {
    name: 'with a folder that root has taken over, whose files can be emptied',
    change: (folder) => take(join(folder, 'a'), 0o755),
    says: "user 1001 may not remove a/secret in it. Of FOLDER/a: it belongs to root and has mode 0755. Run 'sudo rm -rf FOLDER'",
  },
  {
    name: 'with two folders that root has taken over, with what is in one',
    change: (folder) => {
      for (const name of ['b/deep/secret', 'b/deep']) take(join(folder, name))
      take(join(folder, 'a'))
    },
    left: ['b/deep/secret'],
    says: "user 1001 may not remove a/secret and 1 more in it. Of FOLDER/a: it belongs to root and has mode 0755. Run 'sudo rm -rf FOLDER'",
  },
]

if (process.getuid?.() === 0) {
  describe('a folder of the step', () => {
    test.each(CASES)('$name is removed as far as this user may', ({ change, left = [], says = null }) => {
      const { folder, problem } = removedAfter(change)
      expect(problem?.replaceAll(folder, 'FOLDER') ?? null).toBe(says)
      expect(readable(folder)).toEqual(left)
      expect(existsSync(folder)).toBe(says !== null)
      // By which a later step would know it.
      if (says !== null) expect(() => readFileSync(join(folder, '.container-actions'))).toThrow('ENOENT')
    })
  })
}
