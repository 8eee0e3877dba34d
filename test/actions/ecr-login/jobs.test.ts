import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { below } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, type Job, leaks } from '../../../packages/runner-harness/src/index.ts'
import { type Command, runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { passwordOf, secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { hostileNeighbours, NEIGHBOUR_CONFIG } from '../../support/push/hostile-neighbours.ts'
import { type KillMoment, killedAt, killMoments, killRounds } from '../../support/push/kill-moment.ts'
import { useRunnerUser } from '../../support/runner-user.ts'

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

describe('two jobs of one user, at the same time', () => {
  const TIMES = 8
  const engine = useEngine('bookworm')
  let home: string

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const jobOfUser = () =>
    createJob({
      machine: { ...engine().env, ...ecr.environment, DOCKER_CONFIG: '', HOME: home },
      workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' },
    })

  async function succeed(job: Job, commands: readonly Command[], input?: string) {
    const step = await runCommands(job, commands, input)
    expect(step.conclusion, step.log).toBe('success')
  }

  it('neither loses its login, and docker login in its place does', async () => {
    const image = `${ecr.registry}/team/app`
    await using first = await jobOfUser()
    await first.run('ecr-repository', { with: { repo: 'team/app' } })
    await succeed(first, [['docker', 'build', '--tag', image, '.']])

    const logInPushAndCleanUp = async (name: string) => {
      for (let time = 0; time < TIMES; time++) {
        await using job = await jobOfUser()
        const login = await job.run('ecr-login')
        expect(login.conclusion, login.log).toBe('success')
        const tag = `${image}:${name}-${time}`
        await succeed(job, [
          ['docker', 'tag', image, tag],
          ['docker', 'push', tag],
        ])
        const posts = await job.post()
        expect(posts.map(({ conclusion, annotations }) => [conclusion, annotations])).toEqual([['success', []]])
        expect(leaks(job, secretsOf(ecr, job))).toEqual([])
      }
    }
    await Promise.all([logInPushAndCleanUp('one'), logInPushAndCleanUp('two')])
    const manifests = ecr.calls.filter(({ operation, status }) => operation === 'PUT manifest' && status === 201)
    expect(new Set(manifests.map(({ reference }) => reference)).size).toBe(2 * TIMES)
    expect(below(home).filter((path) => existsSync(join(home, path)) && path.includes('config.json'))).toEqual([])

    // The same with Docker's own commands: the second job's clean-up takes the first one's login.
    const password = await passwordOf(ecr)
    const login: Command = ['docker', 'login', '--username', 'AWS', '--password-stdin', ecr.registry]
    await using second = await jobOfUser()
    await succeed(first, [login, ['docker', 'push', image]], password)
    await succeed(second, [login, ['docker', 'logout', ecr.registry]], password)
    const lost = await runCommands(first, [['docker', 'push', image]])
    expect([lost.conclusion, lost.log]).toEqual(['failure', expect.stringContaining('no basic auth credentials')])
  }, 600_000)
})

describe('killed at any moment, the post step finds and removes everything, and nothing of others', () => {
  /** Of a machine where an earlier step, or somebody else, has set this: a folder `docker` beside a folder `logins`. */
  const LOOKS_LIKE_OURS = 'work/docker'

  const user = useRunnerUser()
  const newJob = (lookEveryMs?: number) =>
    createJob({ machine: ecr.environment, ...user(), ...(lookEveryMs && { lookEveryMs }) })

  async function moments(docker_config: string, any: number): Promise<KillMoment[]> {
    await using job = await newJob()
    const { durationMs } = await job.run('ecr-login', { with: { docker_config } })
    return killMoments(durationMs, { any, writing: 40 - any })
  }

  const CASES = [
    { docker_config: 'isolated', folder: LOOKS_LIKE_OURS, tags: 'user-022' },
    { docker_config: 'shared', folder: '.docker', tags: 'user-077' },
  ]
  for (const { docker_config, folder, tags } of CASES)
    it(`with ${docker_config}, in ${folder}`, { tags, timeout: 300_000 }, async () => {
      let wrote = 0
      let died = 0
      await killRounds(await moments(docker_config, 15), async (moment) => {
        await using job = await newJob(100)
        const changed = docker_config === 'shared' ? [`${folder}/config.json`] : []
        const checkNeighbours = hostileNeighbours(job, changed)
        const env = { DOCKER_CONFIG: join(job.folders.home, folder) }
        const step = await killedAt(moment, job, 'ecr-login', { with: { docker_config }, env })
        if (step.signal === 'SIGKILL') died++
        if (step.signal === 'SIGKILL' && step.state['dockerLogin']) wrote++
        const [post] = await job.post()
        expect(post).toMatchObject({ conclusion: 'success', annotations: [], files: { tmp: [] } })
        checkNeighbours()
        expect(readFileSync(join(job.folders.home, folder, 'config.json'), 'utf8')).toBe(NEIGHBOUR_CONFIG)
        expect(leaks(job, secretsOf(ecr, job))).toEqual([])
      })
      expect([died > 0, wrote > 0]).toEqual([true, true])
    })

  it('as the second login of a job, without harm to the first', async () => {
    await killRounds((await moments('isolated', 5)).slice(0, 20), async (moment) => {
      await using job = await newJob(100)
      const checkNeighbours = hostileNeighbours(job)
      const { outputs } = await job.run('ecr-login', { with: { registries: '111122223333' } })
      await killedAt(moment, job, 'ecr-login', {})
      const own = dirname(outputs['docker_config'] ?? '')
      const [second, first] = await job.post()
      expect([second?.annotations, first?.annotations]).toEqual([[], []])
      const isOwn = (path: string) => join(job.folders.temp, path).startsWith(join(own, 'logins'))
      expect(second?.files.temp.filter(isOwn)).toHaveLength(1)
      expect(existsSync(own)).toBe(false)
      checkNeighbours()
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    })
  }, 300_000)
})
