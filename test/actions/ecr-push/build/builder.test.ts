import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docker } from '../../../../packages/docker-engine/src/images.ts'
import { putShell } from '../../../../packages/docker-engine/src/shell.ts'
import { useEngine } from '../../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../../packages/ecr-local/src/index.ts'
import { createJob, type Job, leaks } from '../../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { useBuildkit, useRemoteBuilders } from '../../../support/buildkit.ts'
import { imageConfig } from '../../../support/image-config.ts'

const PUSH = { repo: 'app', create_repo: true, tags: '1,latest', builder: 'far' }
const INDEX = 'application/vnd.oci.image.index.v1+json'

describe('ecr-push with a remote builder', () => {
  const buildkit = useBuildkit()
  const engine = useEngine('sid')
  useRemoteBuilders(engine, buildkit)
  let ecr: EcrLocal

  beforeEach(async () => {
    ecr = await startEcrLocal()
  })
  afterEach(() => ecr.close())

  const newJob = (machine: Record<string, string> = {}) =>
    createJob({
      machine: { ...engine().env, ...ecr.environment, ...machine },
      workspace: { Dockerfile: 'FROM scratch\nARG TARGETARCH\nLABEL of=$TARGETARCH\nCOPY app /app\n', app: 'an app' },
    })

  async function push(job: Job, given: Record<string, string | boolean> = {}) {
    const step = await job.run('ecr-push', { with: { ...PUSH, ...given } })
    const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
    return { step, errors }
  }

  it('pushes straight from there, once, and gives the image all tags', async () => {
    await using job = await newJob()
    const { step } = await push(job)
    expect(step.conclusion, step.log).toBe('success')
    const metadata = JSON.parse(step.outputs['metadata'] ?? '')
    expect(metadata).toMatchObject({ 'containerimage.digest': step.outputs['digest'] })
    expect(step.outputs['imageid']).toMatch(/^sha256:[0-9a-f]{64}$/)
    for (const tag of ['1', 'latest']) expect(await digestOf(ecr, 'app', tag)).toBe(step.outputs['digest'])
    expect(await docker(engine(), 'image', 'ls', '--quiet')).toBe('')
    const uploads = ecr.calls.filter(({ service, operation }) => service === 'ecr' && operation === 'PutImage')
    expect(uploads).toHaveLength(1)
  })

  it('leaves no secret, no process and no file', async () => {
    await using job = await newJob()
    const { step } = await push(job)
    await job.post()
    expect(leaks(job, [ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '', ...step.masks])).toEqual([])
    expect([step.leftovers, step.files.temp]).toEqual([[], []])
  })

  it('needs no engine', async () => {
    await using job = await newJob({ DOCKER_HOST: 'unix:///nowhere.sock' })
    const { step } = await push(job)
    expect(step.conclusion, step.log).toBe('success')
    expect(step.log).toContain('Docker: client 28')
  })

  it('makes one index of several platforms', async () => {
    await using job = await newJob()
    const { step } = await push(job, { extra_build_args: '--platform linux/amd64,linux/arm64' })
    expect(step.conclusion, step.log).toBe('success')
    expect(JSON.parse(step.outputs['metadata'] ?? '')).toMatchObject({
      'containerimage.descriptor': { mediaType: INDEX },
    })
    expect((await imageConfig(ecr, 'app', 'latest')).config.Labels).toMatchObject({ of: 'amd64' })
  })

  it('gives the same digest in two runs with SOURCE_DATE_EPOCH and without automatic labels', async () => {
    const build = async () => {
      await using job = await newJob({ SOURCE_DATE_EPOCH: '1700000000' })
      putShell(join(job.folders.workspace, 'rootfs'))
      writeFileSync(
        join(job.folders.workspace, 'Dockerfile'),
        'FROM scratch\nCOPY rootfs /\nCOPY app /deep/er/app\nRUN echo made > /made\n',
      )
      const extra = { no_cache: true, tags: '1', extra_build_args: '--network=none' }
      const { step } = await push(job, { auto_labels: false, ...extra })
      expect(step.conclusion, step.log).toBe('success')
      expect(step.annotations).toEqual([])
      return step.outputs['digest']
    }
    expect(await build()).toBe(await build())
  })

  it.each([
    ['ThrottlingException', /Retrying \(1 of 5\)/],
    ['ExpiredTokenException', /Retrying with a new login/],
  ])('outlasts %s', async (error, log) => {
    await using job = await newJob()
    // BuildKit itself tries five times.
    ecr.addFault({ service: 'registry', operation: 'PutImage', error, times: error === 'ThrottlingException' ? 6 : 1 })
    const { step } = await push(job, { no_cache: true, tags: '1' })
    expect(step.conclusion, step.log).toBe('success')
    expect(step.log).toMatch(log)
    expect(await digestOf(ecr, 'app', '1')).toBe(step.outputs['digest'])
  })

  it('tries nothing again that is denied', async () => {
    await using job = await newJob()
    ecr.addFault({ service: 'registry', operation: 'PutImage', error: 'AccessDeniedException' })
    const { step, errors } = await push(job)
    expect(errors).toEqual([expect.stringMatching(/^Pushing \S+\/app:1 failed: .*AWS denies ecr:PutImage to/)])
    expect(step.log).not.toMatch(/Retrying/)
  })

  it('tells a build that fails from a push that fails', async () => {
    await using job = await newJob()
    const { errors } = await push(job, { target: 'nowhere' })
    expect(errors).toEqual([expect.stringMatching(/^The build failed.*nowhere/)])
  })

  it.each([
    ['down', /^Input 'builder' is "down", but its BuildKit does not respond\./],
    ['missing', /^Input 'builder' is "missing", which buildx cannot use: no builder "missing" found\./],
    ['-x', /^Input 'builder' is "-x", which is not a valid builder name/],
  ])('says before anything else what is wrong with the builder %s', async (builder, line) => {
    await using job = await newJob()
    const { errors } = await push(job, { builder })
    expect(errors).toEqual([expect.stringMatching(line)])
    expect(ecr.calls.map(({ operation }) => operation)).not.toContain('CreateRepository')
  })
})
