import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import type { Job } from '../../packages/runner-harness/src/index.ts'
import { giveTo, RUNNER, type User } from '../../packages/runner-harness/src/user.ts'
import { createRepository } from '../../packages/stand-ins/src/ecr-client.ts'
import { errorsOf } from '../support/push/push-run.ts'
import { usePush } from '../support/push/push-suite.ts'
import { openToRunner } from '../support/runner-user.ts'
import { type JobContainer, makeHostImage, startJobContainer } from './support/container-job.ts'

const USERS: Readonly<Record<string, User | undefined>> = { root: undefined, 'user 1001': RUNNER }

describe('a job in a container', () => {
  const engine = useEngine('bookworm')
  const { ecr, newJob } = usePush(engine)
  let image = ''
  beforeAll(async () => {
    openToRunner(engine())
    image = await makeHostImage(engine())
  })

  /** A job whose steps run in its container. */
  async function inContainer(user: User | undefined, work: (job: Job, container: JobContainer) => Promise<void>) {
    await using job = await newJob({
      machine: { ...engine().env, ...ecr().environment, DOCKER_CONFIG: '' },
      ...(user && { user }),
    })
    for (const name of ['_github_home', '_runner_file_commands']) mkdirSync(join(job.folders.temp, name))
    if (user !== undefined) giveTo(user, job.folders.temp)
    await using container = await startJobContainer(engine(), image, job.folders, user)
    job.container = container.launch
    await work(job, container)
  }

  async function succeeds(job: Job, action: string, given: Record<string, string | boolean>) {
    const step = await job.run(action, { with: given })
    expect(step.conclusion, step.log).toBe('success')
    return step
  }

  it.each(Object.entries(USERS))("as %s: the posts' job, and a docker action pulls what it pushed", async (_, user) => {
    await inContainer(user, async (job, container) => {
      await succeeds(job, 'docker-ready', { timeout: '60s' })
      const { outputs: branch } = await succeeds(job, 'branch-name', {})
      await succeeds(job, 'ecr-login', {})
      const { outputs } = await succeeds(job, 'ecr-push', {
        ...{ repo: 'app', create_repo: true, tags: `latest,${branch['docker_tag']}` },
      })
      const pulled = await container.action(['docker', 'pull', outputs['image_digest_ref'] ?? ''], job.environment)
      expect(pulled).toContain(outputs['digest'])
      const posts = await job.post()
      expect(posts.map(({ conclusion, annotations }) => ({ conclusion, annotations }))).toEqual(
        posts.map(() => ({ conclusion: 'success', annotations: [] })),
      )
      expect(posts.at(-1)?.files.temp).toEqual([])
    })
  })

  it('is told what its container lacks', async () => {
    const { uid, gid } = RUNNER
    await inContainer({ uid, gid }, async (job, container) => {
      const outside = await job.run('docker-ready', { with: { timeout: '60s' } })
      expect(errorsOf(outside)).toEqual([
        expect.stringMatching(
          / Give the container of this job the group: 'options: --group-add 2375'\.(?: This user may open .*)?$/,
        ),
      ])
      job.container = (script) => {
        const command = container.launch(script)
        return { ...command, env: { ...command.env, PATH: '/nowhere' } }
      }
      const without = await job.run('ecr-push', { with: { repo: 'app', tags: '1', wait_for_docker: '60s' } })
      expect(errorsOf(without)).toEqual([
        expect.stringMatching(
          /^The container of this job has no docker CLI: .* 'COPY --from=docker:cli \/usr\/local\/bin\/docker \/usr\/local\/bin\/docker'/,
        ),
      ])
    })
  })

  it('has the login where the README of ecr-login says', async () => {
    const readme = readFileSync(join(REPOSITORY, 'actions/ecr-login/README.md'), 'utf8')
    const table = [...readme.matchAll(/^\| (on the runner|in a container) *\| `(\w+)` *\| yes *\| (yes|no) *\|$/gm)]
    expect(table.length).toBe(4)
    await createRepository(ecr(), 'app')
    const image = `${ecr().registry}/app:1`
    await inContainer(RUNNER, (job) => succeeds(job, 'ecr-push', { repo: 'app', tags: '1' }).then(() => undefined))
    const found = table.map(async ([row, place = '', kind = '', reaches = '']) => {
      let pulled = ''
      await inContainer(RUNNER, async (job, container) => {
        if (place === 'on the runner') job.container = undefined
        await succeeds(job, 'ecr-login', { docker_config: kind })
        pulled = await container.action(['docker', 'pull', image], job.environment).then(
          () => 'yes',
          (error: Error) => (/no basic auth/.test(error.message) ? 'no' : error.message),
        )
      })
      return pulled === reaches ? [] : [row, pulled]
    })
    expect((await Promise.all(found)).flat()).toEqual([])
  })
})
