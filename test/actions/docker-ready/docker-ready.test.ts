import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { launchEngine } from '../../../packages/docker-engine/src/index.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { useRunnerUser } from '../../support/runner-user.ts'

const DIST = join(REPOSITORY, 'actions/docker-ready/dist')
const DECLARED = Object.keys(
  (parse(readFileSync(join(REPOSITORY, 'actions/docker-ready/action.yml'), 'utf8')) as { outputs: object }).outputs,
)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ready-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['bookworm', 'sid'] as const)('docker-ready on the engine of %s', (kind) => {
  const engine = useEngine(kind)

  it('finds it ready and tells what it is', async () => {
    await using job = await createJob({ machine: engine().env })
    const step = await job.run('docker-ready')
    expect(step.conclusion, step.log).toBe('success')
    expect(Object.keys(step.outputs).sort()).toEqual([...DECLARED].sort())
    expect(step.outputs).toMatchObject({
      ...{ ready: 'true', endpoint: engine().host, endpoint_source: 'DOCKER_HOST', engine: 'docker' },
      ...{ server_version: engine().version, os: 'linux', rootless: 'false', buildkit: 'true', attempts: '1' },
      ...{ registry_mirrors: '[]', buildkitd_config: '', cause: '', hint: '' },
      storage_driver: kind === 'sid' ? 'overlayfs' : expect.stringMatching(/^(overlay2|vfs|fuse-overlayfs)$/),
      cgroup_version: expect.stringMatching(/^[12]$/),
      arch: expect.stringMatching(/^(amd64|arm64)$/),
    })
    const client = spawnSync('docker', ['version', '--format', '{{.Server.APIVersion}} {{.Server.MinAPIVersion}}'], {
      env: { ...process.env, ...engine().env },
      encoding: 'utf8',
    })
    expect(`${step.outputs['api_version']} ${step.outputs['min_api_version']}`).toBe(client.stdout.trim())
  })

  it('knows the version of buildx where there is one', async () => {
    await using job = await createJob({ machine: engine().env })
    const step = await job.run('docker-ready', { with: { require_buildx: true } })
    const client = spawnSync('docker', ['buildx', 'version'], {
      env: { ...process.env, ...engine().env },
      encoding: 'utf8',
    })
    const version = client.status === 0 ? (client.stdout.split(' ')[1] ?? '') : ''
    expect(step.outputs['buildx_version']).toBe(version)
    expect(step.outputs).toMatchObject(
      version === '' ? { ready: 'false', cause: 'buildx_missing' } : { ready: 'true', cause: '' },
    )
  })
})

describe('docker-ready', () => {
  const engine = useEngine('installed')
  const user = useRunnerUser()

  it('waits for an engine that starts late, spawns nothing, and docker works right after', async () => {
    await using late = launchEngine({ kind: 'installed', delayMs: 1_500 })
    await using job = await createJob({ machine: late.env })
    const handle = job.start('docker-ready')
    await handle.waitForLog(/Endpoint: unix:/)
    const step = await handle.result
    const first = spawnSync('docker', ['ps'], { env: { ...process.env, ...late.env }, encoding: 'utf8' })
    expect(step.conclusion, step.log).toBe('success')
    expect(first.stderr).toBe('')
    expect(first.status).toBe(0)
    const buildx = step.outputs['buildx_version'] === '' ? 0 : 1
    expect(step.argv, 'node, and buildx asked for its version once Docker is ready').toHaveLength(1 + buildx)
    expect(Number(step.outputs['waited_ms'])).toBeGreaterThan(0)
  })

  it('finds it through a context, as the docker CLI made it', async () => {
    await using job = await createJob()
    const env = { ...process.env, ...engine().env, DOCKER_CONFIG: folder }
    const create = ['context', 'create', 'mine', '--docker', `host=${engine().host}`]
    expect(spawnSync('docker', create, { env }).status).toBe(0)
    const inputs = await job.run('docker-ready', { with: { context: 'mine' }, env: { DOCKER_CONFIG: folder } })
    expect(inputs.outputs, inputs.log).toMatchObject({
      ready: 'true',
      endpoint: engine().host,
      endpoint_source: 'context',
    })
    const variable = await job.run('docker-ready', { env: { DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'mine' } })
    expect(variable.outputs, variable.log).toMatchObject({ ready: 'true', endpoint_source: 'DOCKER_CONTEXT' })
    expect(spawnSync('docker', ['context', 'use', 'mine'], { env }).status).toBe(0)
    const current = await job.run('docker-ready', { env: { DOCKER_CONFIG: folder } })
    expect(current.outputs, current.log).toMatchObject({ ready: 'true', endpoint_source: 'currentContext' })
    expect(current.log).toContain('the current context of the docker CLI: mine')
  })

  it('finds it over docker system dial-stdio', async () => {
    // What ssh would start on the other machine; the docker CLI on this side is the real one.
    const ssh = join(folder, 'ssh')
    writeFileSync(ssh, `#!/bin/sh\nexec env DOCKER_HOST=${engine().host} docker system dial-stdio\n`, { mode: 0o755 })
    const path = `${folder}:${engine().env['PATH']}`
    await using job = await createJob({ machine: { PATH: path } })
    const step = await job.run('docker-ready', { with: { host: 'ssh://me@elsewhere' } })
    expect(step.outputs, step.log).toMatchObject({
      ...{ ready: 'true', endpoint: 'ssh://me@elsewhere', server_version: engine().version },
    })
    expect(step.leftovers).toEqual([])

    writeFileSync(ssh, '#!/bin/sh\necho "ssh: connect to host elsewhere: No route" >&2\nexit 255\n', { mode: 0o755 })
    const failed = await job.run('docker-ready', { with: { host: 'ssh://me@elsewhere', timeout: '1s' } })
    expect(failed.outputs).toMatchObject({ ready: 'false', cause: 'dial_failed' })
    // Whether the CLI tells what ssh said, or that it could not write to it, is a race of its own.
    expect(failed.annotations[0]?.message).toMatch(/docker system dial-stdio ended with status [1-9]\d*: \S/)
    expect(failed.leftovers).toEqual([])

    await using bare = await createJob({ machine: { PATH: '/nowhere' } })
    const missing = await bare.run('docker-ready', { with: { host: 'ssh://me@elsewhere' } })
    expect(missing.outputs).toMatchObject({ ready: 'false', cause: 'cli_missing' })
  })

  it('exports what later steps need to find the same daemon', async () => {
    await using job = await createJob()
    const step = await job.run('docker-ready', { with: { host: engine().host, export_docker_host: true } })
    expect(step.env).toEqual({ DOCKER_HOST: engine().host })
    const next = await job.run('docker-ready')
    expect(next.outputs).toMatchObject({ ready: 'true', endpoint: engine().host, endpoint_source: 'DOCKER_HOST' })
  })

  it('warns of a socket that container actions do not get', async () => {
    await using job = await createJob({ machine: engine().env })
    const step = await job.run('docker-ready')
    expect(step.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Container actions and job containers get \/var\/run\/docker\.sock/),
    )
    const link = join(folder, 'docker.sock')
    symlinkSync(engine().socket, link)
    const linked = await job.run('docker-ready', { with: { host: `unix://${link}` } })
    expect(linked.outputs).toMatchObject({ ready: 'true', endpoint: `unix://${link}` })
  })

  it('checks versions, with a line for each', async () => {
    await using job = await createJob({ machine: engine().env })
    const good = await job.run('docker-ready', { with: { min_api_version: '1.24', min_server_version: '1.13' } })
    expect(good.conclusion, good.log).toBe('success')
    expect(good.log).toMatch(/^Passed: API version: the daemon has [\d.]+, 1\.24 is the least$/m)
    const bad = await job.run('docker-ready', { with: { min_api_version: '1.99', min_server_version: '99' } })
    expect(bad.conclusion).toBe('failure')
    expect(bad.outputs).toMatchObject({
      ready: 'false',
      cause: 'api_version_too_old',
      server_version: engine().version,
    })
    expect(bad.log).toMatch(/^FAILED: Server version: the daemon has .*, 99 is the least$/m)
    const optional = await job.run('docker-ready', { with: { min_server_version: '99', required: false } })
    expect(optional).toMatchObject({
      conclusion: 'success',
      outputs: { ready: 'false', cause: 'server_version_too_old' },
    })
  })

  it('ends with the last state when the job is cancelled, long before the runner loses patience', {
    tags: 'user-022',
  }, async () => {
    mkdirSync(join(folder, 'empty'))
    chmodSync(folder, 0o755)
    await using job = await createJob(user())
    const handle = job.start('docker-ready', { with: { host: `unix://${folder}/empty/docker.sock`, timeout: '10m' } })
    await handle.waitForLog(/Endpoint: unix:/)
    const cancelled = performance.now()
    const step = await handle.cancel()
    // SIGTERM would follow after 7.5 s; the process gets 1 s, and this machine the rest.
    expect(performance.now() - cancelled).toBeLessThan(4_000)
    expect(step).toMatchObject({ conclusion: 'cancelled', signal: null, leftovers: [] })
    expect(step.log).toMatch(/Docker was not ready yet after .*: unix:.*docker\.sock does not exist\./)
    expect(step.log).toMatch(/Cancelled by SIGINT during 'Wait for Docker'/)
  })

  it('is small enough', () => {
    const size = (file: string) => statSync(join(DIST, file)).size
    expect(size('index.js') + size('hook.js') + size('cli.js')).toBeLessThanOrEqual(1_200_000)
    // A ConfigMap holds 1 MiB, and `kubectl apply` keeps a copy of it in an annotation of at most 256 KiB, as JSON in
    // which Go writes <, > and & by their numbers; a tenth is left for the rest of it.
    const copy = JSON.stringify(readFileSync(join(DIST, 'hook.js'), 'utf8')).replaceAll(/[<>&]/g, String.raw`\u003c`)
    expect(Buffer.byteLength(copy)).toBeLessThanOrEqual(0.9 * 256 * 1024)
  })
})
