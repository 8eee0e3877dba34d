import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sentEntries } from '../../../actions/ecr-push/src/context/build-context.ts'
import { Pace } from '../../../actions/ecr-push/src/context/pace.ts'
import { docker } from '../../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, type Job } from '../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'

const FILES = [
  'a',
  'a.md',
  'docs/a.md',
  'docs/deep/b.md',
  'docs/deep/c',
  'node_modules/x/y',
  'x/node_modules/z',
  'keep/me',
]

const RULES = [
  '',
  '# nothing\n*.md',
  '**/*.md\n!docs/deep/b.md',
  '*\n!docs/deep\n!.dockerignore',
  'docs\n!docs/a.md\n**/node_modules',
  'docs/**\n?\nkeep/',
]

/** Docker 20.10 looks for such exceptions in no folder that is left out, so that it sends less than counts. */
const NEW_RULES = ['*\n!**/*.md']

describe.each(['bookworm', 'sid'] as const)('skip_if_exists: inputs on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  async function push(job: Job, given: Record<string, string | boolean>) {
    const step = await job.run('ecr-push', {
      with: { repo: 'app', create_repo: true, skip_if_exists: 'inputs', ...given },
    })
    expect(step.conclusion, step.log).toBe('success')
    const { digest = '', tags = '', ...others } = step.outputs
    return { ...others, digest, tags, docker: step.argv.filter(([command = '']) => /docker/.test(command)).length }
  }

  it('builds the same content once, and what changed again', async () => {
    const machine = { ...engine().env, ...ecr.environment }
    // Without the plugin in its place, client and plugin are asked for their versions.
    const lookups = kind === 'sid' ? 0 : 2
    await using job = await createJob({
      machine,
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app', '.dockerignore': 'notes' },
    })
    const first = await push(job, { tags: '1,latest' })
    expect(first).toMatchObject({ pushed: 'true', tags: expect.stringMatching(/^1,in-[0-9a-f]{64},latest$/) })
    writeFileSync(join(job.folders.workspace, 'notes'), 'not sent')
    const second = await push(job, { tags: '2,latest' })
    expect(second).toMatchObject({ pushed: 'false', skipped: 'true', digest: first.digest, docker: lookups })
    expect(second).toMatchObject({
      reason: 'an image with the same inputs exists',
      tags: first.tags.replace('1', '2'),
    })
    expect(await digestOf(ecr, 'app', '2')).toBe(first.digest)
    expect(await push(job, { tags: '3', pull: true })).toMatchObject({ pushed: 'true' })
    chmodSync(join(job.folders.workspace, 'app'), 0o755)
    expect(await push(job, { tags: '4' })).toMatchObject({ pushed: 'true' })
  })

  it('finds the image without an engine where the platform is given, and not without either', async () => {
    const workspace = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }
    const there = { ...engine().env, ...ecr.environment }
    const given = { tags: '1', platforms: 'linux/amd64' }
    await using job = await createJob({ machine: there, workspace })
    const { digest } = await push(job, given)
    await using other = await createJob({ machine: { ...there, DOCKER_HOST: 'unix:///none/docker.sock' }, workspace })
    expect(await push(other, given)).toMatchObject({ skipped: 'true', digest })
    const step = await other.run('ecr-push', { with: { repo: 'app', skip_if_exists: 'inputs', tags: '1' } })
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Docker is not ready \(\w+\): unix:\/\/\/none\/docker\.sock /),
    ])
  })

  it('refuses what may change by itself before anything is done', async () => {
    const workspace = { Dockerfile: 'FROM scratch\nCOPY app /app\nADD https://example.com/a /a\n', app: 'an app' }
    await using job = await createJob({ machine: { ...engine().env, ...ecr.environment }, workspace })
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, skip_if_exists: 'inputs' } })
    expect(step.annotations.map(({ message }) => message)).toEqual([
      `Input 'skip_if_exists' is 'inputs', and line 3 of "Dockerfile" adds "https://example.com/a", whose content may change at any time. Add '--checksum=…', or set skip_if_exists: tag.`,
    ])
    expect(ecr.calls).toEqual([])
  })

  it('looks at the very files that Docker sends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'content-'))
    const [context, made] = [join(folder, 'context'), join(folder, 'made')]
    try {
      for (const file of FILES) {
        mkdirSync(dirname(join(context, file)), { recursive: true })
        writeFileSync(join(context, file), file)
      }
      mkdirSync(join(context, 'empty'))
      symlinkSync('nowhere', join(context, 'link'))
      const dockerfile = join(folder, 'Dockerfile')
      writeFileSync(dockerfile, 'FROM scratch\nCOPY . /\n')
      for (const rules of kind === 'sid' ? [...RULES, ...NEW_RULES] : RULES) {
        writeFileSync(join(context, '.dockerignore'), rules)
        rmSync(made, { recursive: true, force: true })
        await docker(engine(), 'build', '--output', made, '--file', dockerfile, context)
        const sent = (readdirSync(made, { recursive: true }) as string[]).sort()
        const dialect = kind === 'sid' ? 'buildkit' : 'old-buildkit'
        const entries = await sentEntries({ context, dockerfile, dialect }, new Pace(new AbortController().signal))
        expect(entries.map(({ path }) => path).sort(), rules).toEqual(sent)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
