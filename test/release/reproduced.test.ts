import { execFile, execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { AS_NOBODY, NOBODY } from '../../packages/runner-harness/src/user.ts'
import { RECORD, treeOf } from '../../scripts/release/sources.ts'
import { differencesFromTree, sumsOf } from '../../scripts/release/sums.ts'
import { readTree } from '../../scripts/release/tree.ts'
import { commitSources, freshCopy, git } from './support/fresh-copy.ts'

/** Unlike what the build at hand was made with; as root, another user too. */
const SURROUNDINGS = { umask: '077', env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' } }

const root = process.getuid?.() === 0
let folder: string
/** A clone of the sources, in another folder than the build at hand. */
let clone: string

/** Runs a script in the clone as package.json does. */
function script(...args: string[]) {
  const { PATH = '' } = process.env
  const env = { PATH, HOME: join(clone, '..', 'home'), ...SURROUNDINGS.env }
  const command = [process.execPath, ...(root ? AS_NOBODY : []), 'scripts/run.mjs', ...args]
  const shell = ['-c', `umask ${SURROUNDINGS.umask}; exec "$@"`, 'sh', ...command]
  return new Promise<{ status: number | string | null | undefined; stdout: string; stderr: string }>((ended) => {
    execFile('sh', shell, { cwd: clone, env }, (error, stdout, stderr) =>
      ended({ status: error ? error.code : 0, stdout, stderr }),
    )
  })
}

const makeTree = (out: string) =>
  script('scripts/release-tree.ts', '--out', out, '--repository', 'acme/ci', '--version', 'v2.3.4')

const verify = (tree: string) => script('scripts/release-verify.ts', tree)

const commitOf = (): string => git(clone, '-c', 'safe.directory=*', 'rev-parse', 'HEAD')

/** A copy of the tree that is like it but for what `change` does. */
function changed(name: string, change: (copy: string) => void): string {
  const copy = join(folder, name)
  cpSync(join(folder, 'tree'), copy, { recursive: true })
  change(copy)
  if (root) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, copy])
  return copy
}

// The first of them builds everything, on a machine that may have other work.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reproduced-'))
  chmodSync(folder, 0o777)
  const sources = join(folder, 'sources')
  mkdirSync(sources)
  commitSources(sources)
  mkdirSync(join(folder, 'a longer path'))
  chmodSync(join(folder, 'a longer path'), 0o777)
  clone = join(folder, 'a longer path', 'clone')
  freshCopy(sources, clone, root ? NOBODY : undefined)
  const { status, stderr } = await makeTree(join(folder, 'tree'))
  expect(status, stderr).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the tree of a commit', () => {
  it('is what another user makes in another folder, with another umask, time and language', () => {
    const tree = readTree(join(folder, 'tree'))
    expect(tree.size).toBeGreaterThan(30)
    const release = JSON.parse(tree.get(RECORD)?.content.toString() ?? '')
    expect(differencesFromTree(treeOf(REPOSITORY, release), tree)).toEqual([])
  })

  it('names no folder of the machine', () => {
    for (const [path, { content }] of readTree(join(folder, 'tree'))) {
      expect(content.includes(folder), path).toBe(false)
    }
  })
})

describe('release:verify', () => {
  it('names the release and the commit that a tree is of', async () => {
    const { status, stdout, stderr } = await verify(join(folder, 'tree'))
    expect(status, stderr).toBe(0)
    expect(stdout).toContain(`is acme/ci v2.3.4: `)
    expect(stdout).toContain(commitOf())
  })

  it('names what is not as the sums say', async () => {
    const tree = changed('careless', (copy) => {
      appendFileSync(join(copy, 'ecr-push/dist/index.js'), '\n')
      rmSync(join(copy, 'branch-name/action.yml'))
      writeFileSync(join(copy, 'ecr-login/dist/extra.js'), '')
    })
    const { status, stderr } = await verify(tree)
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
    const { status, stderr } = await verify(tree)
    expect(status).toBe(1)
    expect(stderr).toMatch(/not what the sources of [0-9a-f]{40} make:\n/)
    expect(stderr.trim().split('\n').slice(-3)).toEqual([
      'changed: SHA256SUMS',
      'changed: ecr-push/dist/index.js',
      'mode changed: docker-ready/dist/cli.js',
    ])
  })

  it('refuses a checkout of another commit, and one with changes, as release:tree does', async () => {
    const commit = commitOf()
    git(clone, '-c', 'safe.directory=*', 'commit', '--quiet', '--allow-empty', '--message', 'later')
    const late = await verify(join(folder, 'tree'))
    expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining(`First run: git checkout ${commit}`) })
    writeFileSync(join(clone, 'actions/ecr-push/src/new.ts'), '')
    for (const run of [verify(join(folder, 'tree')), makeTree(join(folder, 'never'))]) {
      expect(await run).toMatchObject({ status: 1, stderr: expect.stringContaining(': actions/ecr-push/src/new.ts. ') })
    }
  })
})
