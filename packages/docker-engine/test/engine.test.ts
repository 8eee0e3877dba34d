import { readFileSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { type EcrLocal, startEcrLocal } from 'ecr-local'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engineBinaries } from '../src/binaries.ts'
import { runningEngine } from '../src/find.ts'
import { docker, type SampleImages, sampleImages } from '../src/images.ts'
import { useEngine } from '../src/suite.ts'

let images: SampleImages
beforeAll(() => {
  images = sampleImages()
})
afterAll(() => images[Symbol.dispose]())

const ENGINES = [
  { kind: 'bookworm', version: /^20\.10\./, buildx: false, manifest: 'docker.distribution.manifest.v2' },
  { kind: 'sid', version: /^(2[89]|[3-9]\d)\./, buildx: true, manifest: 'oci.image.index.v1' },
] as const

describe.each(ENGINES)('the engine of $kind', ({ kind, version, buildx, manifest }) => {
  const engine = useEngine(kind)

  it('answers', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ socketPath: engine().socket, path: '/_ping' }, resolve).on('error', reject)
    })
    expect([answer.statusCode, await text(answer)]).toEqual([200, 'OK'])
    expect(engine().version).toMatch(version)
  })

  it('comes with its own client', async () => {
    const versions = await docker(engine(), 'version', '--format', '{{.Client.Version}} {{.Server.Version}}')
    expect(versions).toBe(`${engine().version} ${engine().version}`)
    const plugin = docker(engine(), 'buildx', 'version')
    if (buildx) await expect(plugin).resolves.toContain('buildx')
    else await expect(plugin).rejects.toThrow("'buildx' is not a docker command")
  })

  it('keeps out of the way of other programs', () => {
    expect(Object.keys(engine().env).sort()).toEqual(['DOCKER_CONFIG', 'DOCKER_HOST', 'PATH'])
    expect(engine().env['PATH']).toBe(`${join(engine().socket, '..', 'bin')}:${process.env['PATH']}`)
  })

  it('runs a command in a build without a network', async () => {
    await images.build(engine(), 'run', '--tag=run')
    expect(await docker(engine(), 'run', '--network=none', 'run', '/bin/sh', '-c', 'read it </made; echo $it')).toBe(
      'made',
    )
  })

  describe('with a registry', () => {
    let ecr: EcrLocal
    let token: string
    beforeEach(async () => {
      ecr = await startEcrLocal()
      const credentials = {
        accessKeyId: ecr.environment['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '',
      }
      const api = new ECRClient({ endpoint: ecr.endpoint, region: ecr.region, credentials })
      await api.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
      const { authorizationData } = await api.send(new GetAuthorizationTokenCommand({}))
      token = authorizationData?.[0]?.authorizationToken ?? ''
      logIn({ [ecr.registry]: { auth: token } })
    })
    afterEach(async () => {
      logIn(undefined)
      await ecr.close()
    })

    /** As `docker login` does, but for this engine's client only. */
    function logIn(auths: object | undefined): void {
      const file = join(engine().env['DOCKER_CONFIG'] ?? '', 'config.json')
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), auths }))
    }

    it('builds an image and pushes it', async () => {
      const image = `${ecr.registry}/app:1`
      await images.build(engine(), 'copy', `--tag=${image}`)
      const digest = /^1: digest: (\S+) size: \d+$/m.exec(await docker(engine(), 'push', image))?.[1]
      const answer = await fetch(`http://${ecr.registry}/v2/app/manifests/1`, {
        headers: { authorization: `Basic ${token}`, accept: '*/*' },
      })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('docker-content-digest')).toBe(digest)
      // An index, because the image comes with its provenance, or the manifest itself.
      expect((await answer.json()) as object).toHaveProperty('mediaType', expect.stringContaining(manifest))
    })
  })

  it('is found at DOCKER_HOST and then left running', async () => {
    const found = await runningEngine({ ...process.env, ...engine().env })
    expect(found).toMatchObject({ kind: 'running', host: engine().host, version: engine().version })
    await found?.stop()
    expect(await docker(engine(), 'version', '--format', '{{.Server.Version}}')).toBe(engine().version)
  })
})

describe('without an engine', () => {
  it('finds nothing that answers', async () => {
    expect(await runningEngine({ ...process.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' })).toBeUndefined()
    expect(await runningEngine({ PATH: '/nonexistent' })).toBeUndefined()
  })

  it.runIf(process.getuid?.() === 0)('says what to install', () => {
    expect(() => engineBinaries('sid', { CONTAINER_ACTIONS_CACHE: '/nonexistent' })).toThrow(
      'There is no /nonexistent/engine-sid/usr/sbin/dockerd; run scripts/install/engine-sid.sh (Debian).',
    )
  })
})
