import { spawnSync } from 'node:child_process'
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FIXTURES = fileURLToPath(new URL('../fixtures/migrate/', import.meta.url))
const SHA = '0123456789012345678901234567890123456789'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrate-'))
  for (const name of ['posts', 'ecr-login-proxy']) cpSync(join(FIXTURES, `${name}.yml`), join(folder, `${name}.yml`))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The command as its user runs it: in the folder of the workflows, with the script of this repository. */
function command(...args: string[]) {
  const npm = ['--prefix', ROOT, 'run', '--silent', 'migrate', '--', ...args]
  return spawnSync('npm', npm, { cwd: folder, encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } })
}

const file = (name: string): string => readFileSync(join(folder, name), 'utf8')

it('shows what it would change, and changes nothing', () => {
  const before = file('posts.yml')
  const { status, stdout, stderr } = command('posts.yml')
  expect(stdout).toContain('-        uses: tj-actions/branch-names@v5.2\n+        uses: org/actions/branch-name@v1\n')
  expect(stdout).toContain('-        uses: kciter/aws-ecr-action@v4\n+        uses: org/actions/ecr-push@v1\n')
  expect([status, stderr, file('posts.yml')]).toEqual([0, '', before])
})

it('writes with --write, in the given names, and then finds nothing more', () => {
  const options = ['--write', '--repository', 'acme/actions', '--sha', SHA, '--version', 'v1.2.3']
  expect(command('posts.yml', ...options)).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect(file('posts.yml')).toContain(`        uses: acme/actions/ecr-push@${SHA} # v1.2.3\n`)
  expect(command('posts.yml', ...options)).toMatchObject({ status: 0, stdout: '', stderr: '' })
})

it('lists what it leaves, with file and line, and says so in its exit status', () => {
  const { status, stdout, stderr } = command('posts.yml', 'ecr-login-proxy.yml')
  expect(stderr).toMatch(/^ecr-login-proxy\.yml:8: It has 'http-proxy'\. /)
  expect(stdout).toContain('posts.yml')
  expect(status).toBe(1)
})

it.each([
  [[], 'Name the workflow files'],
  [['posts.yml', '--repository', 'acme'], "--repository must be OWNER/NAME; it is 'acme'."],
  [
    ['posts.yml', '--sha', 'abc', '--version', 'v1.0.0'],
    "--sha must be the 40 hexadecimal digits of a commit; it is 'abc'.",
  ],
  [['posts.yml', '--sha', SHA], 'Give --sha together with --version vX.Y.Z.'],
  [['posts.yml', '--ref', 'main # x'], "--ref must be a tag, a branch or a commit; it is 'main # x'."],
  [['posts.yml', '--wirte'], "Unknown option '--wirte'"],
  [['posts.yml', '--version', 'v1.0.0'], 'Give --version together with --sha.'],
])('refuses %j', (args, message) => {
  const { status, stderr } = command(...args)
  expect(stderr).toContain(message)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(status).toBe(2)
})

it('says in a line of each file why it was left, and goes on', () => {
  mkdirSync(join(folder, 'folder.yml'))
  const latin = Buffer.from('# caf\xe9\njobs: { a: { steps: [{ uses: tj-actions/branch-names@v5 }] } }\n', 'latin1')
  writeFileSync(join(folder, 'latin.yml'), latin)
  const { status, stderr } = command('gone.yml', 'folder.yml', 'latin.yml', 'posts.yml', '--write')
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^gone\.yml: This file was left as it is: ENOENT: /),
    expect.stringMatching(/^folder\.yml: This file was left as it is: EISDIR: /),
    'latin.yml: This file was left as it is: its bytes are not UTF-8, as GitHub takes workflows.',
  ])
  expect(status).toBe(1)
  expect(readFileSync(join(folder, 'latin.yml'))).toEqual(latin)
  expect(file('posts.yml')).toContain('org/actions/ecr-push@v1')
})

it('keeps a link and a byte order mark', () => {
  writeFileSync(join(folder, 'real.yml'), `\ufeff${file('posts.yml')}`)
  symlinkSync('real.yml', join(folder, 'link.yml'))
  expect(command('link.yml', '--write')).toMatchObject({ status: 0, stderr: '' })
  expect(lstatSync(join(folder, 'link.yml')).isSymbolicLink()).toBe(true)
  expect(file('real.yml')).toMatch(/^\ufeffname: [\s\S]*org\/actions\/ecr-push@v1/)
})
