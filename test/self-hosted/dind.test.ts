import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { docker, sampleImages } from '../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob } from '../../packages/runner-harness/src/index.ts'
import { type Ended, needProgram, runProgram } from '../support/client-programs.ts'
import { DOCKER_REGISTRY, startOpenRegistry } from '../support/docker-registry.ts'
import { putSmallImage } from '../support/small-image.ts'
import { buildDindBase } from './support/dind-base.ts'
import { buildStubRunner, copyKit, KIT } from './support/self-hosted-kit.ts'

const SOCKET_ONLY = ['dockerd', '--host=unix:///var/run/docker.sock', '--bridge=none', '--iptables=false']
const EX_CONFIG = 78

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dind-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the DinD image's entry point", () => {
  /** With a dockerd that tells when it is called. */
  function enter(env: Record<string, string>, ...args: string[]): Promise<Ended> {
    writeFileSync(join(folder, 'dockerd'), '#!/bin/sh\necho dockerd was called "$@"\n')
    chmodSync(join(folder, 'dockerd'), 0o755)
    const path = `${folder}:${process.env['PATH']}`
    return runProgram('/bin/sh', [join(KIT, 'dind/entrypoint.sh'), ...args], { env: { ...env, PATH: path } })
  }

  const example = 'as in http://10.1.1.10:5000; it is'
  it.each([
    ['10.1.1.10:5000', `a mirror begins with http:// or https://, ${example} '10.1.1.10:5000'.`],
    ['ftp://mirror', `a mirror begins with http:// or https://, ${example} 'ftp://mirror'.`],
    ['http://good http://mirror/cache', `a mirror has no path, query or fragment, ${example} 'http://mirror/cache'.`],
    ['http://mirror?a=b', `a mirror has no path, query or fragment, ${example} 'http://mirror?a=b'.`],
    ['http://mirror:', `a port is a number from 1 to 65535, ${example} 'http://mirror:'.`],
    ['http://mirror:65536', `a port is a number from 1 to 65535, ${example} 'http://mirror:65536'.`],
    ['http://mirror:5000"]}', `a mirror is scheme, host and port, ${example} 'http://mirror:5000"]}'.`],
    ['http://$(id)', `a mirror is scheme, host and port, ${example} 'http://$(id)'.`],
    ['http://*', `a mirror is scheme, host and port, ${example} 'http://*'.`],
  ])('refuses the mirrors %s', async (mirrors, why) => {
    const ended = await enter({ REGISTRY_MIRRORS: mirrors })
    expect(ended).toEqual({ code: EX_CONFIG, stdout: '', stderr: `configured-dockerd: REGISTRY_MIRRORS: ${why}\n` })
  })

  it('keeps the password of a mirror to itself', async () => {
    const { code, stderr } = await enter({ REGISTRY_MIRRORS: 'https://me:secret@mirror.example.com' })
    expect([code, stderr]).toEqual([
      EX_CONFIG,
      expect.stringContaining("the mirror at 'mirror.example.com' has a user"),
    ])
    expect(stderr).not.toContain('secret')
  })

  it.each(['67', '65536', '1450.0', '0x5aa', '01450', '99999999999999999999'])('refuses the MTU %s', async (mtu) => {
    const ended = await enter({ DOCKER_MTU: mtu })
    const why = `DOCKER_MTU must be a number from 68 to 65535, as in 1450; it is '${mtu}'.`
    expect(ended).toEqual({ code: EX_CONFIG, stdout: '', stderr: `configured-dockerd: ${why}\n` })
  })

  it('refuses a file of its own beside one that is named by an argument', async () => {
    const { code, stderr } = await enter({ DOCKER_MTU: '1450' }, 'dockerd', '--config-file=/etc/other.json')
    expect([code, stderr]).toEqual([EX_CONFIG, expect.stringContaining('which --config-file replaces')])
  })
})

describe('the DinD image', () => {
  const engine = useEngine('sid')
  needProgram(DOCKER_REGISTRY, 'registry.sh')

  let building: Promise<unknown> | undefined
  /** Builds the image before the first test that needs it, where there is an engine. */
  beforeEach(() => {
    building ??= buildDindBase(engine(), 'dind-base:1').then(() =>
      docker(engine(), 'build', '--build-arg=BASE=dind-base:1', '--tag=dind:1', join(KIT, 'dind')),
    )
    return building
  })

  it('pulls through the mirror that its variable names', async () => {
    await using hub = await startOpenRegistry()
    const configuration = parse(readFileSync(join(KIT, 'mirror/config.yml'), 'utf8'))
    await using mirror = await startOpenRegistry({ ...configuration, proxy: { remoteurl: `http://${hub.host}` } })
    using images = sampleImages()
    await images.build(engine(), 'copy', `--tag=${hub.host}/library/hello:1`)
    await docker(engine(), 'push', `${hub.host}/library/hello:1`)

    const [url, socket] = [`http://${mirror.host}`, join(folder, 'run/docker.sock')]
    const run = ['run', '--detach', '--privileged', '--network=host', `--volume=${join(folder, 'run')}:/var/run`]
    const container = await docker(engine(), ...run, `--env=REGISTRY_MIRRORS=${url}`, 'dind:1', ...SOCKET_ONLY)
    try {
      await using job = await createJob()
      const ready = await job.run('docker-ready', {
        with: { host: `unix://${socket}`, registry_mirrors: url, verify_mirror: 'hello:1' },
      })
      expect(ready.conclusion, ready.log + (await docker(engine(), 'logs', container))).toBe('success')
      expect(ready.log).toContain(`Passed: hello:1 from a registry mirror: ${url}/ answers 200`)

      await docker(engine(), 'exec', container, 'docker', 'pull', '--quiet', 'hello:1')
      expect(mirror.log()).toMatch(/"GET \/v2\/library\/hello\/blobs\/sha256:\w{64} HTTP\/1.1" 200 .*UpstreamClient/)
      expect(hub.log()).toMatch(/"GET \/v2\/library\/hello\/blobs\/sha256:\w{64} HTTP\/1.1" 200 /)
      await docker(engine(), 'restart', container)
      const again = await job.run('docker-ready', { with: { host: `unix://${socket}`, registry_mirrors: url } })
      expect(again.conclusion, again.log).toBe('success')
    } finally {
      await docker(engine(), 'rm', '--force', '--volumes', container)
    }
  })

  it('pulls with the login of a job whose folder is mounted', async () => {
    await using ecr = await startEcrLocal()
    await putSmallImage(ecr, 'team/app', '1')
    await using job = await createJob({ machine: { ...ecr.environment, DOCKER_CONFIG: '' } })
    const { env, outputs } = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
    const [image = '', login] = [outputs['image'], `--volume=${env['DOCKER_CONFIG']}:/login:ro`]
    const run = ['run', '--detach', '--privileged', '--network=host', login]
    const container = await docker(engine(), ...run, 'dind:1', ...SOCKET_ONLY)
    try {
      const inside = (...args: string[]) =>
        docker(engine(), 'exec', '--env=DOCKER_CONFIG=/login', container, 'docker', ...args)
      await expect.poll(() => inside('version').then(() => 'ready', String)).toBe('ready')
      expect(await inside('pull', '--quiet', image)).toBe(image)
      await job.post()
      await expect(inside('push', image)).rejects.toThrow('no basic auth credentials')
    } finally {
      await docker(engine(), 'rm', '--force', '--volumes', container)
    }
  })

  it.each([
    ['a mirror', ['--env=REGISTRY_MIRRORS=mirror:5000'], [], 'a mirror begins with http:// or https://'],
    [
      'what an argument says too',
      ['--env=REGISTRY_MIRRORS=http://mirror'],
      ['--registry-mirror=http://mirror'],
      'dockerd refuses its configuration: unable to configure the Docker daemon with file /etc/docker/daemon.json',
    ],
    ['an argument', [], ['--no-such-option'], 'dockerd refuses its configuration: '],
  ])('refuses %s before dockerd starts', async (_, options, args, why) => {
    const ended = await runProgram('docker', ['run', '--rm', ...options, 'dind:1', ...SOCKET_ONLY, ...args], {
      env: engine().env,
    })
    expect(ended).toMatchObject({ code: EX_CONFIG, stdout: '', stderr: expect.stringContaining(why) })
    expect(ended.stderr.split('\n')).toEqual([expect.stringMatching(/^configured-dockerd: /), ''])
  })

  it('starts as docker:dind does where no variable is set, and runs other programs', async () => {
    const run = ['run', '--rm', '--network=none', 'dind:1']
    expect(await docker(engine(), ...run, 'dockerd', '--version')).toContain('Docker version')
    expect(await docker(engine(), ...run, 'docker', '--version')).toContain('Docker version')
  })

  it('is the daemon of the runners of the compose file, with their work directories at the same path', async () => {
    await buildStubRunner(engine())
    using kit = copyKit({ dind: { command: [...SOCKET_ONLY, '--ip6tables=false'] } })
    const compose = (...args: string[]) =>
      kit.compose(engine(), { COMPOSE_PROFILES: 'dind', DIND_IMAGE: 'dind:1' }, ...args)
    try {
      expect(await compose('pull', 'dind')).toBe('')
      await compose('up', '--wait', '--no-build', 'runner-dind')
      const inRunner = (script: string) => compose('exec', '-T', 'runner-dind', 'sh', '-ec', script)
      expect(await inRunner('docker info --format "{{.RegistryConfig.Mirrors}}"')).toBe('[http://mirror:5000/]\n')
      const file = (await inRunner('cd "$(cat /tmp/work-folder)"; echo a step >step; echo "$PWD/step"')).trim()
      const inDaemon = await compose('exec', '-T', 'dind', 'cat', file, '/home/runner/externals/node24/node')
      expect(inDaemon).toBe('a step\na node\n')

      const dind = (await compose('ps', '--quiet', 'dind')).trim()
      await docker(engine(), 'save', '--output', join(kit.folder, 'image.tar'), 'stub-runner:1')
      await docker(engine(), 'cp', join(kit.folder, 'image.tar'), `${dind}:/image.tar`)
      await compose('exec', '-T', 'dind', 'docker', 'load', '--quiet', '--input', '/image.tar')
      const job = `docker run --rm --network=none --volume "${dirname(file)}:/__w" stub-runner:1 cat /__w/step`
      expect(await inRunner(job)).toBe('a step\n')
    } finally {
      await compose('down', '--timeout=0', '--volumes')
    }
  })
})
