import { describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import type { Job } from '../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { usePush } from '../../support/push/push-suite.ts'

const TEN = ['1.2.3', '1.2', '1', 'a', 'b', 'c', 'd', 'e', 'f', 'latest']

describe.each(['bookworm', 'sid'] as const)('the tags of ecr-push on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  const { ecr, newJob } = usePush(engine)

  /** Runs the step, and tells which calls it made, which docker commands it ran, and what its error was. */
  async function push(job: Job, given: Record<string, string | boolean> = {}) {
    const before = ecr().calls.length
    const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, ...given } })
    const error = step.annotations.find(({ level }) => level === 'error')?.message
    const docker = step.argv
      .filter(([command = '']) => /(?:^|\/)docker$/.test(command))
      .map(([, ...args]) => args.join(' '))
    return { step, error, docker, calls: ecr().calls.slice(before) }
  }

  it('cost one build, one push of layers, and one write each', async () => {
    await using job = await newJob()
    const { step, docker, calls } = await push(job, { tags: TEN.join() })
    expect(step.conclusion, step.log).toBe('success')
    expect(docker.filter((args) => /^(?:buildx )?build /.test(args))).toHaveLength(1)
    // The builder of the newer engine pushes what it builds.
    expect(docker.filter((args) => args.startsWith('push '))).toHaveLength(kind === 'sid' ? 0 : 1)
    // A layer and the configuration, of the image and on the newer engine of its attestation.
    expect(calls.filter(({ operation }) => operation === 'POST uploads')).toHaveLength(kind === 'sid' ? 4 : 2)
    const manifests = calls.filter(
      ({ operation, reference = '' }) => operation === 'PUT manifest' && TEN.includes(reference),
    )
    expect(manifests.map(({ reference }) => reference)).toEqual(['1.2.3'])
    expect(calls.filter(({ operation }) => operation === 'PutImage')).toHaveLength(9)
    // One for the manifest, one for all tags.
    expect(calls.filter(({ operation }) => operation === 'BatchGetImage').length).toBeLessThanOrEqual(3)
    for (const tag of TEN) expect(await digestOf(ecr(), 'app', tag)).toBe(step.outputs['digest'])
    expect(step.outputs['tags']).toBe(TEN.join())
  })

  it('go to an image that is there with retag_from, without docker', async () => {
    await using job = await newJob()
    const { step: built } = await push(job, { tags: '1' })
    const { digest = '', image = '', image_digest_ref = '' } = built.outputs
    for (const [index, from] of ['1', digest, image, image_digest_ref].entries()) {
      const given = { retag_from: from, tags: `stable-${index},latest`, path: '/nowhere' }
      const { step, docker, calls } = await push(job, given)
      expect(step.conclusion, step.log).toBe('success')
      expect(docker).toEqual([])
      expect(step.outputs).toMatchObject({
        digest,
        tags: `stable-${index},latest`,
        image: `${ecr().registry}/app:stable-${index}`,
        pushed: 'false',
        skipped: 'true',
      })
      expect(step.outputs['reason']).toMatch(/^'retag_from' is /)
      expect(calls.filter(({ service }) => service === 'registry')).toEqual([])
      expect(await digestOf(ecr(), 'app', `stable-${index}`)).toBe(digest)
      expect(step.summary).toContain(`docker pull ${image_digest_ref}`)
    }
  })

  it('stay where they are when retag_from cannot be found', async () => {
    await using job = await newJob()
    const { step: built } = await push(job, { tags: '1' })
    const missing = await push(job, { retag_from: '2', tags: 'stable' })
    expect(missing.error).toMatch(/^Input 'retag_from' is 2, but the repository 'app' in this .* has no such image\./)
    const elsewhere = await push(job, { retag_from: `${ecr().registry}/other:1`, tags: 'stable' })
    expect(elsewhere.error).toMatch(/^Input 'retag_from' is an image of \S+\/other, but the tags are for \S+\/app\./)
    const nowhere = await push(job, { retag_from: '1', repo: 'none', tags: 'stable' })
    expect(nowhere.error).toMatch(/^Input 'retag_from' is 1, but the repository 'none' .* has no such image\./)
    expect(await digestOf(ecr(), 'app', 'stable')).toBeUndefined()
    expect([missing, elsewhere, nowhere].flatMap(({ docker }) => docker)).toEqual([])
    expect(await digestOf(ecr(), 'app', '1')).toBe(built.outputs['digest'])
  })
})
