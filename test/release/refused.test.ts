import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { treeOf } from '../../scripts/release/sources.ts'
import { differencesFromTree, sumsOf } from '../../scripts/release/sums.ts'
import { readTree, writeTree } from '../../scripts/release/tree.ts'

const RELEASE = { repository: 'acme/ci', version: 'v2.3.4', commit: 'a'.repeat(40) }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refused-'))
  writeTree(treeOf(REPOSITORY, RELEASE), join(folder, 'tree'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A command of package.json as npm runs it for a user in `folder`; each is refused before anything is built. */
function refusal(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder },
  })
  expect([status, stdout], stderr).toEqual([1, ''])
  return stderr.trim().replaceAll(folder, 'FOLDER')
}

const sign = (tree: string): void => {
  rmSync(join(tree, 'SHA256SUMS'))
  writeFileSync(join(tree, 'SHA256SUMS'), sumsOf(readTree(tree)))
}

describe('release:verify says in one line', () => {
  it.each<[string, string, (tree: string) => void]>([
    [
      'that the folder is not there',
      "The tree cannot be read: ENOENT: no such file or directory, scandir 'FOLDER/copy'",
      (tree) => rmSync(tree, { recursive: true }),
    ],
    [
      'that it is a file',
      "The tree cannot be read: ENOTDIR: not a directory, scandir 'FOLDER/copy'",
      (tree) => {
        rmSync(tree, { recursive: true })
        writeFileSync(tree, '')
      },
    ],
    [
      'that it has no sums',
      'This is not a release tree; it has no SHA256SUMS.',
      (tree) => rmSync(join(tree, 'SHA256SUMS')),
    ],
    [
      'where its sums are none',
      'Line 1 of SHA256SUMS is not a digest and a path.',
      (tree) => writeFileSync(join(tree, 'SHA256SUMS'), '\n'),
    ],
    [
      'which file is a link',
      'ecr-push/dist/index.js is neither a file nor a folder.',
      (tree) => {
        rmSync(join(tree, 'ecr-push/dist/index.js'))
        symlinkSync('../../ecr-login/dist/index.js', join(tree, 'ecr-push/dist/index.js'))
      },
    ],
    [
      'that its record cannot be read',
      'copy is not a release tree; its release.json cannot be read: Unexpected end of JSON input',
      (tree) => {
        writeFileSync(join(tree, 'release.json'), '')
        sign(tree)
      },
    ],
  ])('%s', (_, message, change) => {
    const copy = join(folder, 'copy')
    cpSync(join(folder, 'tree'), copy, { recursive: true })
    try {
      change(copy)
      expect(refusal('release-verify', 'copy')).toBe(message)
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
})

describe('release:tree says in one line', () => {
  it.each([
    ['that the folder has something in it', 'tree', 'The folder FOLDER/tree is not empty. Name another one.'],
    [
      'that it is a file',
      'tree/LICENSE',
      "FOLDER/tree/LICENSE cannot be a tree: ENOTDIR: not a directory, scandir 'FOLDER/tree/LICENSE'",
    ],
  ])('%s', (_, out, message) => {
    expect(refusal('release-tree', '--out', out, '--repository', 'acme/ci', '--version', 'v2.3.4')).toBe(message)
  })
})

it('tells a file that may run from one that may not', () => {
  const copy = join(folder, 'mode')
  cpSync(join(folder, 'tree'), copy, { recursive: true })
  chmodSync(join(copy, 'ecr-push/action.yml'), 0o755)
  const differences = differencesFromTree(readTree(join(folder, 'tree')), readTree(copy))
  expect(differences).toEqual(['mode changed: ecr-push/action.yml'])
})
