import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docker, sampleImages } from '../../packages/docker-engine/src/images.ts'
import { forwardLoopback } from '../../packages/docker-engine/src/loopback.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { leaks } from '../../packages/runner-harness/src/index.ts'
import { RUNNER } from '../../packages/runner-harness/src/user.ts'
import { digestOf, secretsOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { errorsOf } from '../support/push/push-run.ts'
import { usePush } from '../support/push/push-suite.ts'

describe.each([
  { kind: 'sid-rootless', rootless: 'true' },
  { kind: 'sid-remapped', rootless: 'false' },
] as const)('an ordinary user on the engine of $kind', { tags: 'user-022' }, ({ kind, rootless }) => {
  const engine = useEngine(kind)
  const { ecr, newJob } = usePush(engine)
  let forwarded: AsyncDisposable | undefined

  beforeEach(async () => {
    const port = Number(new URL(ecr().endpoint).port)
    if (kind === 'sid-rootless') forwarded = await forwardLoopback(engine(), port)
  })
  afterEach(() => forwarded?.[Symbol.asyncDispose]())

  it('has no root on this machine in its builds', async () => {
    using images = sampleImages()
    await images.build(engine(), 'run', '--tag=run')
    const show = 'read -r inside outside rest </proc/self/uid_map; echo $inside is $outside'
    const shown = await docker(engine(), 'run', '--rm', '--network=none', 'run', '/bin/sh', '-c', show)
    expect(shown).toMatch(/^0 is [1-9]\d{3,}$/)
  })

  if (kind === 'sid-rootless') {
    it('says before it creates anything that a registry on the loopback of this machine is out of reach', async () => {
      await forwarded?.[Symbol.asyncDispose]()
      await using job = await newJob()
      const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1' } })
      expect(errorsOf(step)).toEqual([
        expect.stringMatching(
          /^Docker's engine is rootless, .* 127\.0\.0\.1:\d+ on the loopback of this machine: connection refused\. .*--detach-netns\.$/,
        ),
      ])
      expect(ecr().calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
    })
  }

  it("runs the posts' job, and what it pushed can be pulled", async () => {
    await using job = await newJob()
    const succeeds = async (action: string, given: Record<string, string | boolean> = {}) => {
      const step = await job.run(action, { with: given })
      expect(step.conclusion, step.log).toBe('success')
      return step
    }
    const ready = await succeeds('docker-ready', { require_buildx: true })
    expect(ready.outputs).toMatchObject({ ready: 'true', rootless, server_version: engine().version })
    const { outputs: branch } = await succeeds('branch-name')
    const login = await succeeds('ecr-login')
    const tag = branch['docker_tag'] ?? ''
    const push = await succeeds('ecr-push', { repo: 'app', create_repo: true, tags: `latest,${tag}` })
    const { digest = '', image_digest_ref: reference = '' } = push.outputs
    for (const each of ['latest', tag]) expect(await digestOf(ecr(), 'app', each)).toBe(digest)
    const config = { env: { ...engine().env, DOCKER_CONFIG: login.outputs['docker_config'] ?? '' } }
    expect(await docker(config, 'pull', reference)).toContain(digest)
    const posts = await job.post()
    expect(posts.map(({ conclusion, annotations }) => [conclusion, annotations])).toEqual(
      posts.map(() => ['success', []]),
    )
    expect([posts.at(-1)?.files.temp, job.user?.uid]).toEqual([[], RUNNER.uid])
    expect(leaks(job, secretsOf(ecr(), job))).toEqual([])
  })
})
