import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker, type SampleImages, sampleImages } from '../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createRepository, digestOf, passwordOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { type Ended, runProgram } from '../support/client-programs.ts'

describe.each(['bookworm', 'sid'] as const)('docker on the engine of %s', (kind) => {
  const engine = useEngine(kind)
  let ecr: EcrLocal
  let images: SampleImages

  beforeAll(async () => {
    ecr = await startEcrLocal()
    images = sampleImages()
    await createRepository(ecr, 'team/app')
  })
  afterAll(async () => {
    images[Symbol.dispose]()
    await ecr.close()
  })

  const run = (args: readonly string[], input = ''): Promise<Ended> =>
    runProgram('docker', args, { env: engine().env, input })

  it('logs in with the token of ECR and with no other', async () => {
    const login = ['login', '--username', 'AWS', '--password-stdin', ecr.registry]
    const refused = await run(login, 'not a token')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('400 Bad Request')])
    const { stdout, stderr } = await run(login, await passwordOf(ecr))
    expect(stdout, stderr).toContain('Login Succeeded')
  })

  it('pushes an image, and pulls the same', async () => {
    const image = `${ecr.registry}/team/app:v1`
    await images.build(engine(), 'copy', '--tag', image)
    const pushed = await docker(engine(), 'push', image)
    const digest = await digestOf(ecr, 'team/app', 'v1')
    expect(pushed).toContain(`v1: digest: ${digest}`)
    await docker(engine(), 'rmi', image)
    expect(await docker(engine(), 'pull', image)).toContain(`Digest: ${digest}`)
    const digests = await docker(engine(), 'image', 'inspect', '--format', '{{join .RepoDigests " "}}', image)
    expect(digests).toContain(`${ecr.registry}/team/app@${digest}`)
    expect(await docker(engine(), 'pull', `${ecr.registry}/team/app@${digest}`)).toContain('Image is up to date')
  })

  it('uploads no layer twice', async () => {
    const image = `${ecr.registry}/team/app:v2`
    await docker(engine(), 'tag', `${ecr.registry}/team/app:v1`, image)
    const uploads = () => ecr.calls.filter(({ operation }) => operation === 'POST uploads').length
    const before = uploads()
    expect(before).toBeGreaterThan(0)
    await docker(engine(), 'push', image)
    expect(uploads()).toBe(before)
    expect(await digestOf(ecr, 'team/app', 'v2')).toMatch(/^sha256:/)
  })

  it("prints ECR's own words where there is no such repository or tag", async () => {
    const absent = `${ecr.registry}/absent:v1`
    await docker(engine(), 'tag', `${ecr.registry}/team/app:v1`, absent)
    const push = await run(['push', absent])
    expect([push.code, push.stderr]).toEqual([
      1,
      expect.stringContaining(
        `The repository with name 'absent' does not exist in the registry with id '${ecr.account}'`,
      ),
    ])
    const pull = await run(['pull', `${ecr.registry}/team/app:absent`])
    expect([pull.code, pull.stderr]).toEqual([1, expect.stringMatching(/not found|manifest unknown/)])
  })

  const provenance = async () => {
    const image = `${ecr.registry}/team/app:proven`
    await images.build(engine(), 'copy', '--push', '--provenance=mode=max', '--tag', image)
    const index = JSON.parse(await docker(engine(), 'buildx', 'imagetools', 'inspect', '--raw', image))
    const kinds = index.manifests.map((each: { annotations?: Record<string, string> }) => each.annotations ?? {})
    expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json')
    expect(kinds).toContainEqual(expect.objectContaining({ 'vnd.docker.reference.type': 'attestation-manifest' }))
    const found = await docker(
      engine(),
      ...['buildx', 'imagetools', 'inspect', '--format', '{{json .Provenance}}', image],
    )
    expect(JSON.parse(found)).toHaveProperty('SLSA')
    await docker(engine(), 'rmi', image)
    expect(await docker(engine(), 'pull', image)).toContain(await digestOf(ecr, 'team/app', 'proven'))
  }
  if (kind === 'sid') it('pushes with buildx and its provenance, which buildx then finds', provenance)
})
