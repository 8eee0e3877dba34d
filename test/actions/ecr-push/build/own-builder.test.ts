import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { docker } from '../../../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { type Job, leaks } from '../../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { BUILDER_IMAGE, useBuilderImage } from '../../../support/builder-image.ts'
import { usePush } from '../../../support/push/push-suite.ts'

const SEVERAL = { repo: 'app', create_repo: true, tags: '1,latest', platforms: 'linux/amd64,linux/arm64' }
const INDEX = 'application/vnd.oci.image.index.v1+json'
const REASON =
  /needs the containerd image store, or a builder outside the engine, but Docker's engine \S+ has the classic store\./

describe('ecr-push makes a builder where the engine cannot build what is asked for', { tags: 'user-077' }, () => {
  const engine = useEngine('sid-classic')
  useBuilderImage(engine)
  const { ecr, newJob } = usePush(engine)
  const push = (job: Job, given: Record<string, string | boolean> = {}) =>
    job.run('ecr-push', { with: { ...SEVERAL, ...given } })

  const containers = () => docker(engine(), 'ps', '--all', '--quiet')
  /** What there is of builders that are not the engine's own. */
  async function left() {
    const buildx = join(engine().env['DOCKER_CONFIG'] ?? '', 'buildx')
    const files = readdirSync(buildx, { recursive: true, encoding: 'utf8' })
    const volumes = await docker(engine(), 'volume', 'ls', '--quiet')
    const names = await docker(engine(), 'buildx', 'ls', '--format={{.Name}}')
    return {
      containers: await containers(),
      volumes,
      names: [...new Set(names.split('\n'))],
      files: files.filter((file) => file.includes('ecr-push')),
    }
  }
  const NOTHING = { containers: '', volumes: '', names: ['default'], files: [] }

  it('pushes an index of several platforms, and leaves nothing', async () => {
    await using job = await newJob()
    const step = await push(job)
    expect(step.conclusion, step.log).toBe('success')
    expect(JSON.parse(step.outputs['metadata'] ?? '')).toMatchObject({
      'containerimage.descriptor': { mediaType: INDEX, digest: step.outputs['digest'] },
    })
    for (const tag of ['1', 'latest']) expect(await digestOf(ecr(), 'app', tag)).toBe(step.outputs['digest'])
    expect(step.log).toMatch(/^This temporary builder is removed after the build: Input 'platforms' needs/m)
    expect(await left()).toEqual(NOTHING)
    expect([step.leftovers, step.files.temp]).toEqual([[], []])
    const [post] = await job.post()
    expect(post).toMatchObject({ conclusion: 'success', annotations: [] })
    expect(post?.argv.flat()).not.toContain('buildx')
    expect(leaks(job, [ecr().environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...step.masks])).toEqual([])
  })

  it('does not make one for an image of several platforms that is only to be loaded, and what it advises works', async () => {
    await using job = await newJob()
    const only = { ...SEVERAL, create_repo: false, push: false }
    const refused = await push(job, { ...only, load: true })
    expect(refused.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Input 'platforms' makes an image that 'load: true' cannot load: .* Remove 'load', or/),
    ])
    expect(refused.argv.flat()).not.toContain('create')
    const step = await push(job, only)
    expect(step.conclusion, step.log).toBe('success')
  })

  it('builds in the engine what that can build', async () => {
    await using job = await newJob()
    const step = await push(job, { platforms: '' })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.argv.flat()).not.toContain('create')
  })

  it('keeps the layers in the registry', async () => {
    await using job = await newJob()
    const step = await push(job, { platforms: '', cache: 'registry' })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.log).toMatch(REASON)
    expect(await left()).toEqual(NOTHING)
  })

  it('shows in a dry run that it would make one', async () => {
    await using job = await newJob()
    const step = await push(job, { dry_run: true })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.log).toMatch(
      /\["docker","buildx","create","--driver=docker-container","--name=ecr-push-\w+","--driver-opt=network=host","--bootstrap"\]/,
    )
    expect(step.argv.flat()).not.toContain('create')
  })

  it('removes it after a build that fails', async () => {
    await using job = await newJob()
    const step = await push(job, { target: 'nowhere' })
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The build failed.*nowhere/),
    ])
    expect(await left()).toEqual(NOTHING)
  })

  /** A step that is in the middle of its push. */
  async function pushing(job: Job) {
    ecr().addFault({ service: 'registry', operation: 'PutImage', delayMs: 60_000 })
    const handle = job.start('ecr-push', { with: SEVERAL })
    await handle.waitForLog(/pushing manifest/)
    expect(await containers()).not.toBe('')
    return handle
  }

  it('removes it when the job is cancelled', async () => {
    await using job = await newJob()
    const handle = await pushing(job)
    handle.signal('SIGTERM')
    const step = await handle.result
    expect(step.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Cancelled by SIGTERM during 'Build and push .*'\. Whether app:\S+ was pushed is not known\. Already done: created repository app\.$/,
      ),
    ])
    const [post] = await job.post()
    expect(post).toMatchObject({ conclusion: 'success', annotations: [] })
    expect(await left()).toEqual(NOTHING)
  })

  it('removes it after it was killed, also where buildx does not know it any more', async () => {
    await using job = await newJob()
    const handle = await pushing(job)
    handle.signal('SIGKILL')
    await handle.result
    expect(await containers()).not.toBe('')
    // As where it was noted in a folder of the step's own, which is gone by then.
    const buildx = join(engine().env['DOCKER_CONFIG'] ?? '', 'buildx')
    for (const file of (await left()).files) rmSync(join(buildx, file), { recursive: true, force: true })
    const [post] = await job.post()
    expect(post).toMatchObject({ conclusion: 'success', annotations: [] })
    expect(await left()).toEqual(NOTHING)
  })

  describe('and its image is not to be had', () => {
    beforeEach(async () => {
      await docker(engine(), 'tag', BUILDER_IMAGE, 'kept')
      await docker(engine(), 'image', 'rm', BUILDER_IMAGE)
      return () => docker(engine(), 'tag', 'kept', BUILDER_IMAGE)
    })

    it('says what would be needed', async () => {
      await using job = await newJob()
      const step = await push(job)
      expect(step.annotations.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^Input 'platforms' needs the containerd image store.*A temporary builder cannot be created: .*proxyconnect.* Let the engine pull and run moby\/buildkit:buildx-stable-1, or select an existing builder/,
        ),
      ])
      expect(await left()).toEqual(NOTHING)
    })

    it('does without a cache in the registry', async () => {
      await using job = await newJob()
      const step = await push(job, { platforms: '', cache: 'registry' })
      expect(step.conclusion, step.log).toBe('success')
      expect(step.annotations.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^Left out: Input 'cache' needs .*cannot be created/),
      ])
      expect(await digestOf(ecr(), 'app', '1')).toBe(step.outputs['digest'])
      expect(await left()).toEqual(NOTHING)
    })
  })
})
