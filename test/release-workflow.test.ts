import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { REPOSITORY } from './support/runner-action.ts'

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
  'api --paginate repos/acme/ci/git/matching-refs/tags/v '*) git -C "$FAKE/acme/ci" for-each-ref --format='%(refname)' 'refs/tags/v*' ;;
  'api repos/acme/ci/commits/'*) echo 2026-01-02T03:04:05Z ;;
  'api repos/acme/ci/releases/tags/'*) echo "\${IMMUTABLE:-true}" ;;
  'release view '*) cat "$FAKE/release-$3" 2>/dev/null || exit 1 ;;
  'release create '*) echo true >"$FAKE/release-$3" ;;
  'release edit '*) [ ! -e "$FAKE/cut" ] && echo false >"$FAKE/release-$3" ;;
  'auth setup-git') ;;
  *) echo "gh $*: not known" >&2; exit 1 ;;
esac
`

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
        VERSION: 'v1.2.3',
        REF: 'refs/heads/main',
        ...env,
      },
    })
    return { status, log: stdout + stderr }
  }

  const look = (env: Readonly<Record<string, string>>) => step('build', 'Look at the version', env)

  function publish(content: string, env: Readonly<Record<string, string>> = {}) {
    rmSync(join(folder, 'tree'), { recursive: true, force: true })
    mkdirSync(join(folder, 'tree'))
    writeFileSync(join(folder, 'tree/SHA256SUMS'), content)
    return step('publish', 'Tag, release, move the major tag', env)
  }

  it('takes a version that is newer than all others, of main', () => {
    expect(look({})).toEqual({ status: 0, log: '' })
    publish('one')
    for (const VERSION of ['v1.2.10', 'v1.3.0', 'v2.0.0']) expect(look({ VERSION })).toEqual({ status: 0, log: '' })
  })

  it.each([
    [{ VERSION: 'v1.2.3' }, 'The version must be newer than v1.2.3, which is released.'],
    [{ VERSION: 'v1.2.2' }, 'The version must be newer than v1.2.3, which is released.'],
    [{ VERSION: 'v0.9.0' }, 'The version must be newer than v1.2.3, which is released.'],
    [{ VERSION: '1.2.4' }, 'The version must look like v1.2.3.'],
    [{ VERSION: 'v1.2.4$(id)' }, 'The version must look like v1.2.3.'],
    [{ REF: 'refs/heads/x' }, 'A release is made of main, not of refs/heads/x.'],
  ])('refuses %j', (env, message) => {
    publish('one')
    expect(look({ VERSION: 'v1.3.0', ...env })).toEqual({ status: 1, log: `::error::${message}\n` })
  })

  it('tags, publishes, and moves the major tag last', () => {
    expect(publish('one')).toEqual({ status: 0, log: '' })
    const first = git('rev-parse', 'v1.2.3')
    expect(git('rev-parse', 'v1')).toBe(first)
    expect(git('show', 'v1.2.3:SHA256SUMS')).toBe('one')
    expect(asked()).toContain(`uses: acme/ci/ecr-push@${first} # v1.2.3`)
    expect(publish('two', { VERSION: 'v1.3.0' }).status).toBe(0)
    expect(git('rev-parse', 'v1')).toBe(git('rev-parse', 'v1.3.0'))
    expect(git('rev-parse', 'v1.2.3')).toBe(first)
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

  it('stops where two builds differ', () => {
    for (const [name, content] of [
      ['ubuntu-24.04', 'one'],
      ['ubuntu-24.04-arm', 'two'],
    ] as const) {
      mkdirSync(join(folder, `tree-${name}`))
      writeFileSync(join(folder, `tree-${name}/tree.tar`), content)
    }
    const [compare] = jobs['compare']?.steps.flatMap(({ run }) => run ?? []) ?? []
    const output = join(folder, 'output')
    const run = () =>
      spawnSync('bash', ['-e', '-c', compare ?? ''], { cwd: folder, env: { ...process.env, GITHUB_OUTPUT: output } })
    expect(run().status).toBe(1)
    expect(existsSync(output)).toBe(false)
    writeFileSync(join(folder, 'tree-ubuntu-24.04-arm/tree.tar'), 'one')
    expect(run().status).toBe(0)
    expect(readFileSync(output, 'utf8')).toMatch(/^sha256=[0-9a-f]{64}\n$/)
  })
})
