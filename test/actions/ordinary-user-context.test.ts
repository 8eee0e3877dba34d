import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { RUNNER } from '../../packages/runner-harness/src/user.ts'
import { errorsOf } from '../support/push/push-run.ts'
import { usePush } from '../support/push/push-suite.ts'
import { openToRunner } from '../support/runner-user.ts'
import { ALWAYS, BUILDKIT, BUILDX, OPENING, type UnreadableCase } from './support/unreadable-files.ts'

/** The two clients of BuildKit differ in nothing but what they enter. */
const CASES = { bookworm: [...ALWAYS, ...OPENING, ...BUILDKIT], sid: [...ALWAYS.slice(0, 4), ...BUILDX] } as const

describe.each(['bookworm', 'sid'] as const)('ecr-push as an ordinary user, on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  const { ecr, newJob } = usePush(engine)
  beforeAll(() => openToRunner(engine()))

  /** What a build without a push comes to: nothing where it succeeds. */
  async function built({ lines = '', fill, given }: UnreadableCase, builder: Readonly<Record<string, string>>) {
    const dockerfile = `FROM scratch\n${lines}\n`
    await using job = await newJob({
      user: RUNNER,
      machine: { ...engine().env, ...ecr().environment, ...builder },
      workspace: { Dockerfile: dockerfile, app: 'an app' },
    })
    fill(job.folders.workspace)
    const step = await job.run('ecr-push', { with: { repo: 'app', push: false, ...given } })
    return errorsOf(step).map((line) => line.replaceAll(job.folders.workspace, 'WORKSPACE'))
  }

  /** Each case with what is missing in its line. */
  async function wrong(cases: readonly UnreadableCase[], builder: Readonly<Record<string, string>> = {}) {
    const found = cases.map(async (each) => {
      const lines = await built(each, builder)
      const { name, says = [] } = each
      const isRight = lines.length === (says.length > 0 ? 1 : 0) && says.every((part) => lines[0]?.includes(part))
      return isRight ? [] : [[name, ...lines]]
    })
    return (await Promise.all(found)).flat()
  }

  it('refuses what the build would come to and the user may not read, and nothing else', async () => {
    expect(await wrong(CASES[kind])).toEqual([])
  })

  if (kind === 'bookworm') {
    it('does so for the classic builder', async () => {
      expect(await wrong([...ALWAYS.slice(0, 4), ...OPENING], { DOCKER_BUILDKIT: '0' })).toEqual([])
    })
  }

  it('says so before it makes the repository, and pushes what was given back', async () => {
    await using job = await newJob({ user: RUNNER })
    const app = join(job.folders.workspace, 'app')
    chownSync(app, 0, 0)
    chmodSync(app, 0o600)
    const push = () => job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1' } })
    expect(errorsOf(await push())).toEqual([expect.stringContaining('"app", which user 1001 may not read')])
    expect(ecr().calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
    chownSync(app, RUNNER.uid, RUNNER.gid)
    const step = await push()
    expect(step.conclusion, step.log).toBe('success')
  })
})
