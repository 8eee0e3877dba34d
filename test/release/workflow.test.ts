import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { sumsOf } from '../../scripts/release/sums.ts'
import { sortedTree, textFile } from '../../scripts/release/tree.ts'
import { type TarMember, writeTar } from './support/tar-archive.ts'

interface WorkflowStep {
  readonly name?: string
  readonly run?: string
}

const { jobs }: { jobs: Record<string, { steps: WorkflowStep[] }> } = parse(
  readFileSync(join(REPOSITORY, '.github/workflows/release.yml'), 'utf8'),
)

/** Instead of GitHub's client: answers of the API by their beginning, and releases as files that say what they are. */
const GH = `#!/bin/sh
echo "gh $*" >>"$FAKE/asked"
case "$*" in
  'api --paginate repos/acme/ci/git/matching-refs/tags/v '*) env -u GIT_DIR -u GIT_WORK_TREE git -C "$FAKE/acme/ci" for-each-ref --format='%(refname)' 'refs/tags/v*' ;;
  'api repos/acme/ci/commits/'*) echo 2026-01-02T03:04:05Z ;;
  'api repos/acme/ci/releases/tags/'*) echo "\${IMMUTABLE:-true}" ;;
  'release view '*) cat "$FAKE/release-$3" 2>/dev/null || exit 1 ;;
  'release create '*) echo true >"$FAKE/release-$3"; cp "\${11}" "$FAKE/notes-$3" ;;
  'release edit '*) [ ! -e "$FAKE/cut" ] && echo false >"$FAKE/release-$3" ;;
  'auth setup-git') ;;
  *) echo "gh $*: not known" >&2; exit 1 ;;
esac
`

const NOTES = '### Fixed\n\n- "a" & $(id) `id` <b>\n'
const NOTES_SHA256 = createHash('sha256').update(NOTES).digest('hex')

describe('the workflow of a release', () => {
  let folder: string
  const server = () => join(folder, 'acme/ci')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: server(), encoding: 'utf8' }).trim()
  const asked = () => readFileSync(join(folder, 'asked'), 'utf8')

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'))
    for (const name of ['acme/ci', 'bin', 'home']) mkdirSync(join(folder, name), { recursive: true })
    git('init', '--quiet', '--bare')
    writeFileSync(join(folder, 'bin/gh'), GH)
    chmodSync(join(folder, 'bin/gh'), 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Runs a step as the runner runs one without `shell:`. */
  function step(job: string, name: string, env: Readonly<Record<string, string>> = {}) {
    const { run } = jobs[job]?.steps.find((each) => each.name === name) ?? {}
    if (run === undefined) throw new Error(`${job} has no step ${name}`)
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', run], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
        HOME: join(folder, 'home'),
        FAKE: folder,
        GITHUB_SERVER_URL: folder,
        GITHUB_REPOSITORY: 'acme/ci',
        GITHUB_SHA: 'a'.repeat(40),
        GITHUB_RUN_ID: '42',
        RUNNER_TEMP: join(folder, 'temp'),
        VERSION: 'v1.2.3',
        REF: 'refs/heads/main',
        ...env,
      },
    })
    return { status, log: stdout + stderr }
  }

  const look = (env: Readonly<Record<string, string>>) => step('build', 'Check the version', env)

  /** On a machine of its own. */
  function publish(content: string, env: Readonly<Record<string, string>> = {}) {
    for (const name of ['tree', 'temp']) {
      rmSync(join(folder, name), { recursive: true, force: true })
      mkdirSync(join(folder, name))
    }
    writeFileSync(join(folder, 'tree/SHA256SUMS'), content)
    mkdirSync(join(folder, 'download'), { recursive: true })
    writeFileSync(join(folder, 'download/notes.md'), NOTES)
    return step('publish', 'Tag, release, move the major tag', env)
  }

  it('takes a version that is newer than all others, of main', () => {
    expect(look({})).toEqual({ status: 0, log: '' })
    publish('one')
    for (const VERSION of ['v1.2.10', 'v1.3.0', 'v2.0.0']) expect(look({ VERSION })).toEqual({ status: 0, log: '' })
  })

  it.each([
    [{ VERSION: 'v1.2.3' }, 'The version must be newer than v1.2.3, the latest release.'],
    [{ VERSION: 'v1.2.2' }, 'The version must be newer than v1.2.3, the latest release.'],
    [{ VERSION: 'v0.9.0' }, 'The version must be newer than v1.2.3, the latest release.'],
    [{ VERSION: '1.2.4' }, 'The version must look like v1.2.3.'],
    [{ VERSION: 'v1.2.4$(id)' }, 'The version must look like v1.2.3.'],
    [{ REF: 'refs/heads/x' }, 'A release is built from main, not from refs/heads/x.'],
  ])('refuses %j', (env, message) => {
    publish('one')
    expect(look({ VERSION: 'v1.3.0', ...env })).toEqual({ status: 1, log: `::error::${message}\n` })
  })

  it('tags, publishes, and moves the major tag last', () => {
    expect(publish('one')).toEqual({ status: 0, log: '' })
    const first = git('rev-parse', 'v1.2.3')
    expect(git('rev-parse', 'v1')).toBe(first)
    expect(git('show', 'v1.2.3:SHA256SUMS')).toBe('one')
    expect(readFileSync(join(folder, 'notes-v1.2.3'), 'utf8')).toBe(
      `${NOTES}\n## Pin the version by commit\n\n\`\`\`yaml\nuses: acme/ci/ecr-push@${first} # v1.2.3\n\`\`\`\n\nBuilt from ${'a'.repeat(40)}.\n`,
    )
    expect(publish('two', { VERSION: 'v1.3.0' }).status).toBe(0)
    expect(git('rev-parse', 'v1')).toBe(git('rev-parse', 'v1.3.0'))
    expect(git('rev-parse', 'v1.2.3')).toBe(first)
  })

  it('runs nothing that Git finds in the tree, in the home or beside it', () => {
    const run = `touch ${join(folder, 'PWNED')}; :`
    const config = `[core]\n\tfsmonitor = "${run}"\n\thooksPath = ${join(folder, 'hooks')}\n\tsshCommand = "${run}"\n`
    const hook = `#!/bin/sh\n${run}\n`
    mkdirSync(join(folder, 'hooks'))
    for (const name of ['pre-commit', 'post-commit', 'pre-push', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(folder, 'hooks', name), hook, { mode: 0o755 })
    }
    writeFileSync(join(folder, 'home/.gitconfig'), config)
    execFileSync('git', ['init', '--quiet', folder])
    writeFileSync(join(folder, '.git/config'), config)
    expect(publish('one')).toEqual({ status: 0, log: '' })
    expect(existsSync(join(folder, 'PWNED'))).toBe(false)
  })

  it('can be run again after it was cut off, and moves no major tag before the release is out', () => {
    writeFileSync(join(folder, 'cut'), '')
    expect(publish('one').status).toBe(1)
    const commit = git('rev-parse', 'v1.2.3')
    expect(git('tag')).toBe('v1.2.3')
    rmSync(join(folder, 'cut'))
    expect(publish('one')).toEqual({ status: 0, log: '' })
    expect(publish('one')).toEqual({ status: 0, log: '' })
    expect(git('rev-parse', 'v1', 'v1.2.3')).toBe(`${commit}\n${commit}`)
    expect(asked().match(/gh release create/g)).toHaveLength(1)
  })

  it('never puts another tree under a version, and warns of releases that can be changed', () => {
    const { status, log } = publish('one', { IMMUTABLE: 'false' })
    expect([status, log]).toEqual([0, expect.stringMatching(/^::warning::The release can be changed\./)])
    expect(publish('two').status).not.toBe(0)
    expect(git('show', 'v1:SHA256SUMS')).toBe('one')
  })

  describe('unpacks', () => {
    const files = { 'README.md': 'read', 'ecr-push/dist/index.js': 'run', '.github/workflows/image.yml': 'jobs: {}' }
    const tree = sortedTree(Object.entries(files).map(([path, text]) => [path, textFile(text)]))
    const folders = ['', '.github', '.github/workflows', 'ecr-push', 'ecr-push/dist']
    const plain: readonly TarMember[] = [
      ...folders.map((name) => ({ name: `./${name}`, type: 'folder' }) as const),
      ...Object.entries(files).map(([path, content]) => ({ name: `./${path}`, content })),
      { name: './SHA256SUMS', content: sumsOf(tree) },
    ]
    const file = (name: string): TarMember => ({ name, content: 'x' })

    function unpack(members: readonly TarMember[]) {
      mkdirSync(join(folder, 'download'))
      writeFileSync(join(folder, 'tarfile.py'), 'open("PWNED", "w")')
      const sha256 = writeTar(join(folder, 'download/tree.tar'), members)
      writeFileSync(join(folder, 'download/notes.md'), NOTES)
      const { status, log } = step('publish', 'Unpack the compared tree', { SHA256: sha256, NOTES: NOTES_SHA256 })
      expect(existsSync(join(folder, 'PWNED'))).toBe(false)
      return { status, log: log.replace('download/tree.tar: OK\ndownload/notes.md: OK\n', '') }
    }

    it('a release tree', () => {
      expect(unpack(plain)).toEqual({ status: 0, log: '' })
      for (const [path, text] of Object.entries(files)) {
        expect(readFileSync(join(folder, 'tree', path), 'utf8')).toBe(text)
      }
    })

    it.each<[string, readonly TarMember[], string]>([
      ["Git's own folder", [{ name: '.git', type: 'folder' }, file('.git/config')], "Git would read '.git'"],
      ["Git's own folder further down", [{ name: 'ecr-push/.GIT', type: 'folder' }], "Git would read 'ecr-push/.GIT'"],
      ['its short name', [{ name: 'GIT~1', type: 'folder' }], "the name 'GIT~1' is not one of a release"],
      ['attributes', [file('.gitattributes')], "Git would read '.gitattributes'"],
      ['modules', [file('ecr-push/.gitmodules')], "Git would read 'ecr-push/.gitmodules'"],
      ['a symbolic link', [{ name: 'a', type: 'symlink', target: '/etc' }], "'a' is neither a file nor a folder"],
      ['a hard link', [{ name: 'a', type: 'link', target: 'README.md' }], "'a' is neither a file nor a folder"],
      ['a device', [{ name: 'a', type: 'device' }], "'a' is neither a file nor a folder"],
      ['a pipe', [{ name: 'a', type: 'pipe' }], "'a' is neither a file nor a folder"],
      ['an absolute name', [file('/a')], "the name '/a' is not one of a release"],
      ['a name that leaves the tree', [file('../a')], "the name '../a' is not one of a release"],
      ['one further down', [file('ecr-push/../../a')], "the name 'ecr-push/../../a' is not one of a release"],
      ['a name with a newline', [file('a\nb')], "the name 'a\\nb' is not one of a release"],
      ['a name twice', [file('a'), file('a')], "'a' is there twice, as 'a'"],
      ['a name in two cases', [file('readme.MD')], "'readme.MD' is there twice, as 'README.md'"],
      ['a folder in two cases', [file('Ecr-Push/a')], "'Ecr-Push/a' is in a folder that is not there"],
      ['a file as a folder', [file('README.md/a')], "'README.md/a' is in a folder that is not there"],
      ['a set-user-id bit', [{ ...file('a'), mode: 0o4755 }], "'a' has the mode 4755"],
      ['a file that no sum is of', [file('a')], "'a' is not what SHA256SUMS says, and so are 0 others"],
    ])('nothing of an archive with %s', (_, members, why) => {
      const { status, log } = unpack([...plain, ...members])
      expect({ status, log }).toEqual({ status: 1, log: `::error::The archive is not a release tree: ${why}.\n` })
    })

    it.each([
      ['a file', 'README.md', "'README.md' is not what SHA256SUMS says, and so are 0 others"],
      ['the sums', 'SHA256SUMS', 'it has no SHA256SUMS'],
    ])('nothing of an archive that lacks %s', (_, missing, why) => {
      const { log } = unpack(plain.filter(({ name }) => name !== `./${missing}`))
      expect(log).toBe(`::error::The archive is not a release tree: ${why}.\n`)
    })

    it('nothing of an archive with a file that differs', () => {
      const { log } = unpack(plain.map((each) => (each.name === './README.md' ? { ...each, content: 'other' } : each)))
      expect(log).toContain("'README.md' is not what SHA256SUMS says")
    })

    it('nothing if the notes are not those that were compared', () => {
      mkdirSync(join(folder, 'download'))
      const SHA256 = writeTar(join(folder, 'download/tree.tar'), plain)
      writeFileSync(join(folder, 'download/notes.md'), 'other')
      expect(step('publish', 'Unpack the compared tree', { SHA256, NOTES: NOTES_SHA256 }).status).toBe(1)
      expect(existsSync(join(folder, 'tree'))).toBe(false)
    })

    it('nothing of another archive than the one that was compared', () => {
      mkdirSync(join(folder, 'download'))
      writeTar(join(folder, 'download/tree.tar'), plain)
      expect(step('publish', 'Unpack the compared tree', { SHA256: '0'.repeat(64) }).status).toBe(1)
      expect(existsSync(join(folder, 'tree'))).toBe(false)
    })
  })

  it('stops where two builds differ', () => {
    for (const name of ['ubuntu-24.04', 'ubuntu-24.04-arm']) {
      mkdirSync(join(folder, `tree-${name}`))
      for (const file of ['tree.tar', 'notes.md']) writeFileSync(join(folder, `tree-${name}`, file), 'one')
    }
    const [compare] = jobs['compare']?.steps.flatMap(({ run }) => run ?? []) ?? []
    const output = join(folder, 'output')
    const run = () =>
      spawnSync('bash', ['-e', '-c', compare ?? ''], { cwd: folder, env: { ...process.env, GITHUB_OUTPUT: output } })
    for (const file of ['tree.tar', 'notes.md']) {
      writeFileSync(join(folder, 'tree-ubuntu-24.04-arm', file), 'two')
      expect(run().status).toBe(1)
      expect(existsSync(output)).toBe(false)
      writeFileSync(join(folder, 'tree-ubuntu-24.04-arm', file), 'one')
    }
    expect(run().status).toBe(0)
    expect(readFileSync(output, 'utf8')).toMatch(/^sha256=[0-9a-f]{64}\nnotes=[0-9a-f]{64}\n$/)
  })
})
