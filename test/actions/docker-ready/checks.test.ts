import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type CustomEngine, type CustomOptions, launchCustom } from '../../../packages/docker-engine/src/custom.ts'
import { needEngine } from '../../../packages/docker-engine/src/needed.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { runCommand, withMounts } from './support/docker-ready-command.ts'

const engines: CustomEngine[] = []
const servers: Server[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.kill()))
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

function launch(options?: CustomOptions): CustomEngine {
  const engine = launchCustom(options)
  engines.push(engine)
  return engine
}

/** A registry that has one image, and the requests that it got. */
async function mirror(path: string): Promise<{ url: string; requests: string[]; close(): void }> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'anonymous'}`)
    response.writeHead(request.url === path ? 200 : 404).end()
  })
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, requests, close: () => server.close().closeAllConnections() }
}

describe('docker-ready after the daemon is ready', () => {
  needEngine()

  it('checks that mirrors are configured, and that one serves an image', async () => {
    const registry = await mirror('/v2/library/alpine/manifests/3.20')
    const engine = launch({ args: [`--registry-mirror=${registry.url}`] })
    await using job = await createJob({ machine: engine.env })
    const good = await job.run('docker-ready', {
      with: { registry_mirrors: `${registry.url}/`, verify_mirror: 'alpine:3.20' },
    })
    expect(good.conclusion, good.log).toBe('success')
    const host = new URL(registry.url).host
    expect(good.outputs).toMatchObject({
      registry_mirrors: JSON.stringify([`${registry.url}/`]),
      buildkitd_config: `[registry."docker.io"]\n  mirrors = ["${host}"]\n\n[registry."${host}"]\n  http = true\n`,
    })
    expect(registry.requests).toEqual(['HEAD /v2/library/alpine/manifests/3.20 anonymous'])
    expect(good.log).toContain(`Passed: alpine:3.20 from a registry mirror: ${registry.url}/ answers 200`)

    const other = await job.run('docker-ready', { with: { registry_mirrors: 'https://mirror.example.com' } })
    expect(other.outputs).toMatchObject({ ready: 'false', cause: 'mirror_not_configured' })
    const missing = await job.run('docker-ready', { with: { verify_mirror: 'org/none' } })
    expect(missing.outputs).toMatchObject({ ready: 'false', cause: 'mirror_not_serving' })
    expect(missing.annotations.at(-1)?.message).toContain('answers 404')

    registry.close()
    const unreachable = await job.run('docker-ready', { with: { verify_mirror: 'alpine:3.20' } })
    expect(unreachable).toMatchObject({ conclusion: 'success', outputs: { ready: 'true' } })
    expect(unreachable.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /cannot be reached: .*ECONNREFUSED.*Whether the daemon can reach it does not show from here/,
      ),
    )
    const foreign = await job.run('docker-ready', { with: { verify_mirror: 'ghcr.io/a/b', registry_mirrors: 'm' } })
    expect(foreign.annotations).toMatchObject([
      {
        message: expect.stringMatching(
          /'registry_mirrors' must contain URLs.*'verify_mirror' must be an image of Docker Hub/,
        ),
      },
    ])
  })

  it('fails a mirror check where the daemon has no mirror', async () => {
    const engine = launch()
    await using job = await createJob({ machine: engine.env })
    const step = await job.run('docker-ready', { with: { verify_mirror: 'alpine' } })
    expect(step.outputs).toMatchObject({ ready: 'false', cause: 'mirror_not_configured' })
  })

  it('warns of vfs', async () => {
    const engine = launch({ args: ['--storage-driver=vfs'] })
    await using job = await createJob({ machine: engine.env })
    const step = await job.run('docker-ready')
    expect(step.outputs).toMatchObject({ ready: 'true', storage_driver: 'vfs' })
    expect(step.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/stores images with vfs/),
    )
  })

  it('warns of a network narrower than the one of the containers', async () => {
    const link = 'ip link add up0 mtu 1400 type bridge; ip addr add 192.0.2.1/24 dev up0; ip link set up0 up'
    const network = ['unshare', '--net', 'sh', '-ec', `${link}; ip route add default dev up0; exec "$@"`, 'sh']
    const engine = launch({ wrapper: network, args: ['--bridge=', '--bip=198.51.100.1/24'] })
    while (!existsSync(engine.socket)) await new Promise((later) => setTimeout(later, 10))
    // What /sys shows belongs to the network namespace that it was mounted in, as in a container.
    const inside = ['nsenter', '--net', '--target', String(await engine.pid), ...withMounts('mount -t sysfs none /sys')]
    const { status, said } = await runCommand(inside, ['--host', `unix://${engine.socket}`])
    expect(said).toMatch(
      /warning: Containers send packets of 1500 bytes, and up0 of this runner carries 1400.*--mtu=1400/,
    )
    expect(status).toBe(0)
  })
})

describe('docker-ready with the newest engine', () => {
  needEngine('sid')
  needEngine('bookworm')

  it('warns of a docker CLI that is too old for it', async () => {
    const engine = launch({ kind: 'sid', wrapper: ['env', 'DOCKER_MIN_API_VERSION=1.44'] })
    // The client of Debian 12 speaks API 1.41.
    await using job = await createJob({ machine: { DOCKER_HOST: `unix://${engine.socket}`, PATH: '/usr/bin:/bin' } })
    const step = await job.run('docker-ready')
    expect(step.outputs, step.log).toMatchObject({ ready: 'true', min_api_version: '1.44' })
    const warning = expect.stringMatching(/no API below 1\.44, and the docker CLI here speaks 1\.41/)
    expect(step.annotations.map(({ message }) => message)).toContainEqual(warning)
    const docker = spawnSync('/usr/bin/docker', ['ps'], {
      env: { DOCKER_HOST: `unix://${engine.socket}` },
      encoding: 'utf8',
    })
    expect(docker.stderr).toMatch(/client version 1\.41 is too old/)
  })
})
