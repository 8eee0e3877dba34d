import { beforeAll, describe, expect, it } from 'vitest'
import { docker, sampleImages } from '../../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { leaks } from '../../../packages/runner-harness/src/index.ts'
import { secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { hostileNeighbours } from '../../support/push/hostile-neighbours.ts'
import { killedAt, killMoments, killRounds } from '../../support/push/kill-moment.ts'
import { usePush } from '../../support/push/push-suite.ts'
import { USER_TAGS } from '../../support/runner-user.ts'

const PUSH = { with: { repo: 'app', tags: '1', create_repo: true } }

/** What the log has once there is a login. */
const BUILDS = /\[command\].* build /

/** Names in the engine like those of a step's image and of its builder, and a repository's own. */
const THEIRS = {
  images: ['ecr-push-0123456789ab:built', 'ecr-push-0123456789ab:1', 'app:1'],
  builder: 'buildx_buildkit_ecr-push-0123456789ab0',
}

describe('ecr-push is killed at any moment', () => {
  const engine = useEngine('bookworm')
  const { ecr, newJob } = usePush(engine)

  /** How long a step takes that is left alone. */
  async function duration(): Promise<number> {
    await using job = await newJob()
    const step = await job.run('ecr-push', PUSH)
    expect(step.conclusion, step.log).toBe('success')
    return step.durationMs
  }

  beforeAll(async () => {
    using samples = sampleImages()
    await samples.build(engine(), 'copy', ...THEIRS.images.map((name) => `--tag=${name}`))
    await docker(engine(), 'volume', 'create', `${THEIRS.builder}_state`)
    await docker(engine(), 'create', `--name=${THEIRS.builder}`, `--volume=${THEIRS.builder}_state:/var`, 'app:1')
  })

  const inEngine = () =>
    Promise.all([
      docker(engine(), 'images', '--no-trunc', '--format={{.ID}} {{.Repository}}:{{.Tag}} {{.Digest}}'),
      docker(engine(), 'ps', '--all', '--no-trunc', '--format={{.ID}} {{.Names}} {{.Image}}'),
      docker(engine(), 'volume', 'ls', '--format={{.Name}}'),
    ])

  for (const tags of Object.keys(USER_TAGS))
    it(`as ${tags}: the post step finds and removes everything, and nothing of others`, {
      tags,
      timeout: 300_000,
    }, async () => {
      const before = await inEngine()
      let loggedIn = 0
      await killRounds(
        killMoments(await duration(), { any: 10, writing: 6, after: [BUILDS, BUILDS, BUILDS] }),
        async (moment) => {
          await using job = await newJob({ lookEveryMs: 100 })
          const checkNeighbours = hostileNeighbours(job)
          await killedAt(moment, job, 'ecr-push', PUSH)
          if (leaks(job, secretsOf(ecr(), job)).length > 0) loggedIn++
          const [post] = await job.post()
          expect(post).toMatchObject({ conclusion: 'success', annotations: [], files: { tmp: [] } })
          checkNeighbours()
          expect(leaks(job, secretsOf(ecr(), job))).toEqual([])
        },
      )
      expect(loggedIn).toBeGreaterThan(0)
      await expect.poll(inEngine).toEqual(before)
    })
})
