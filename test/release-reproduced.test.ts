import { execFile } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sumsOf } from '../scripts/release/sums.ts'
import { readTree } from '../scripts/release/tree.ts'
import { commitSources, freshCopy, git } from './support/fresh-copy.ts'
import { AS_NOBODY, NOBODY } from './support/other-user.ts'

/** A copy of the sources, who works in it, and in what surroundings. */
interface Workplace {
  readonly folder: string
  readonly user: readonly string[]
  readonly umask: string
  readonly env: Readonly<Record<string, string>>
}

const root = process.getuid?.() === 0
let folder: string
let one: Workplace
let other: Workplace

/** Runs a script as package.json does. */
function script(place: Workplace, ...args: string[]) {
  const { PATH = '' } = process.env
  const env = { PATH, HOME: join(place.folder, '..', 'home'), ...place.env }
  const command = [process.execPath, ...place.user, 'scripts/run.mjs', ...args]
  const shell = ['-c', `umask ${place.umask}; exec "$@"`, 'sh', ...command]
  return new Promise<{ status: number | string | null | undefined; stdout: string; stderr: string }>((ended) => {
    execFile('sh', shell, { cwd: place.folder, env }, (error, stdout, stderr) =>
      ended({ status: error ? error.code : 0, stdout, stderr }),
    )
  })
}

const makeTree = (place: Workplace, out: string) =>
  script(place, 'scripts/release-tree.ts', '--out', out, '--repository', 'acme/ci', '--version', 'v2.3.4')

const verify = (place: Workplace, tree: string) => script(place, 'scripts/release-verify.ts', tree)

/** Every file and folder with its mode, and the files with their bytes. */
const everything = (tree: string): Map<string, string> =>
  new Map(
    readdirSync(tree, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((path) => {
        const { mode } = lstatSync(join(tree, path))
        const content = lstatSync(join(tree, path)).isFile() ? readFileSync(join(tree, path), 'base64') : ''
        return [path, `${mode.toString(8)} ${content}`]
      }),
  )

/** A copy of the first tree that is like it but for what `change` does. */
function changed(name: string, change: (copy: string) => void): string {
  const copy = join(folder, name)
  cpSync(join(folder, 'tree'), copy, { recursive: true })
  change(copy)
  return copy
}

// Each of these builds everything, on a machine that may have other work.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reproduced-'))
  chmodSync(folder, 0o777)
  const sources = join(folder, 'sources')
  mkdirSync(sources)
  commitSources(sources)
  one = { folder: join(folder, 'one'), user: [], umask: '022', env: { TZ: 'UTC', LC_ALL: 'C' } }
  other = {
    folder: join(folder, 'a longer path', 'another'),
    user: root ? AS_NOBODY : [],
    umask: '077',
    env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' },
  }
  mkdirSync(join(folder, 'a longer path'))
  chmodSync(join(folder, 'a longer path'), 0o777)
  freshCopy(sources, one.folder)
  freshCopy(sources, other.folder, root ? NOBODY : undefined)
  const made = [makeTree(one, join(folder, 'tree')), makeTree(other, join(folder, 'other/tree'))]
  for (const { status, stderr } of await Promise.all(made)) expect(status, stderr).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('two trees of one commit, made in other folders, by other users with root, umasks, times and languages', () => {
  it('are the same to the byte and the mode', () => {
    const tree = everything(join(folder, 'tree'))
    expect(tree.size).toBeGreaterThan(30)
    expect(everything(join(folder, 'other/tree'))).toEqual(tree)
  })

  it('are each what the other one verifies', async () => {
    const { status, stdout, stderr } = await verify(other, join(folder, 'tree'))
    expect(status, stderr).toBe(0)
    expect(stdout).toContain(`is acme/ci v2.3.4: `)
    expect(stdout).toContain(git(one.folder, 'rev-parse', 'HEAD'))
  })

  it('name no folder of the machine', () => {
    for (const [path, { content }] of readTree(join(folder, 'tree'))) {
      expect(content.includes(folder), path).toBe(false)
    }
  })
})

describe('release:verify', () => {
  it('names what is not as the sums say', async () => {
    const tree = changed('careless', (copy) => {
      appendFileSync(join(copy, 'ecr-push/dist/index.js'), '\n')
      rmSync(join(copy, 'branch-name/action.yml'))
      writeFileSync(join(copy, 'ecr-login/dist/extra.js'), '')
    })
    const { status, stderr } = await verify(one, tree)
    expect(status).toBe(1)
    expect(stderr.trim().split('\n').slice(1)).toEqual([
      'missing: branch-name/action.yml',
      'added: ecr-login/dist/extra.js',
      'changed: ecr-push/dist/index.js',
    ])
  })

  it('names what the sources do not make, though its sum is right', async () => {
    const tree = changed('careful', (copy) => {
      appendFileSync(join(copy, 'ecr-push/dist/index.js'), '\n')
      chmodSync(join(copy, 'docker-ready/dist/cli.js'), 0o644)
      rmSync(join(copy, 'SHA256SUMS'))
      writeFileSync(join(copy, 'SHA256SUMS'), sumsOf(readTree(copy)))
    })
    const { status, stderr } = await verify(one, tree)
    expect(status).toBe(1)
    expect(stderr).toMatch(/not what the sources of [0-9a-f]{40} make:\n/)
    expect(stderr.trim().split('\n').slice(-3)).toEqual([
      'changed: SHA256SUMS',
      'changed: ecr-push/dist/index.js',
      'mode changed: docker-ready/dist/cli.js',
    ])
  })

  it('refuses a checkout of another commit, and one with changes, as release:tree does', async () => {
    const commit = git(one.folder, 'rev-parse', 'HEAD')
    git(one.folder, 'commit', '--quiet', '--allow-empty', '--message', 'later')
    const late = await verify(one, join(folder, 'tree'))
    expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining(`First: git checkout ${commit}`) })
    writeFileSync(join(one.folder, 'actions/ecr-push/src/new.ts'), '')
    for (const run of [verify(one, join(folder, 'tree')), makeTree(one, join(folder, 'never'))]) {
      expect(await run).toMatchObject({ status: 1, stderr: expect.stringContaining(': actions/ecr-push/src/new.ts. ') })
    }
  })
})
