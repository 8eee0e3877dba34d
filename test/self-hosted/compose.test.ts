import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { imageSettings } from '../../actions/runner-version/src/image/settings.ts'
import { cacheFolder } from '../../packages/docker-engine/src/cache-folder.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { needProgram, runProgram, succeed } from '../support/client-programs.ts'
import { buildStubRunner, copyKit, KIT } from './support/self-hosted-kit.ts'

/** scripts/install/engine-sid.sh unpacks it. */
const COMPOSE = join(cacheFolder(), 'engine-sid/usr/libexec/docker/cli-plugins/docker-compose')

interface Service {
  readonly command?: readonly string[]
  readonly volumes?: { type: string; source: string; target: string }[]
  readonly environment?: Record<string, string>
  readonly secrets?: readonly { source: string }[]
}
interface Configuration {
  readonly services: Readonly<Record<string, Service>>
}

async function configuration(file: string, env: NodeJS.ProcessEnv): Promise<Configuration> {
  return JSON.parse(await succeed(COMPOSE, ['--file', join(KIT, file), 'config', '--format', 'json'], { env }))
}

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()

/** The volumes with the work directories, which both have to mount at one path. */
const workOf = ({ volumes = [] }: Service = {}) => volumes.find(({ target }) => target === '/srv/github-runner')

describe('the compose files', () => {
  needProgram(COMPOSE, 'engine-sid.sh')
  const env = { RUNNER_URL: 'https://github.com/org', ORG_NAME: 'org' }

  it('are accepted, with the services of a profile', async () => {
    const names = async (profile: string) =>
      Object.keys((await configuration('compose.yaml', { ...env, COMPOSE_PROFILES: profile })).services).sort()
    expect(await names('socket')).toEqual(['prepare', 'runner'])
    expect(await names('dind')).toEqual(['dind', 'mirror', 'prepare-dind', 'runner-dind'])
    const { services } = await configuration('compose.myoung34.yaml', env)
    expect(Object.keys(services)).toEqual(['runner'])
  })

  it('say what is missing', async () => {
    const { code, stderr } = await runProgram(COMPOSE, ['--file', join(KIT, 'compose.yaml'), 'config'], {
      env: { COMPOSE_PROFILES: 'socket' },
    })
    expect(code).not.toBe(0)
    expect(stderr).toContain('set it in .env to https://github.com/ORGANISATION')
  })

  it('have the work directory at one path for the runner and for its daemon', async () => {
    const { services } = await configuration('compose.yaml', { ...env, COMPOSE_PROFILES: 'socket,dind' })
    expect(workOf(services['runner'])).toMatchObject({ type: 'bind', source: '/srv/github-runner' })
    expect(workOf(services['runner-dind'])).toMatchObject({ type: 'volume', source: 'work' })
    expect(workOf(services['dind'])).toEqual(workOf(services['runner-dind']))
  })

  it("start what the runner's image starts", async () => {
    const dockerfile = readFileSync(join(KIT, 'runner/Dockerfile'), 'utf8')
    const [, entrypoint = ''] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? []
    const { services } = await configuration('compose.yaml', { ...env, COMPOSE_PROFILES: 'socket,dind' })
    for (const name of ['runner', 'runner-dind']) expect(services[name]?.command).toEqual(JSON.parse(entrypoint))
  })

  it('take a GitHub App instead of a token, as the README says', async () => {
    const [, override = ''] =
      /^```yaml\n# compose\.override\.yaml\n([\s\S]*?)^```$/m.exec(readFileSync(join(KIT, 'README.md'), 'utf8')) ?? []
    const file = join(mkdtempSync(join(tmpdir(), 'override-')), 'compose.override.yaml')
    writeFileSync(file, override)
    const files = ['--file', join(KIT, 'compose.yaml'), '--file', file]
    const options = { env: { ...env, COMPOSE_PROFILES: 'socket,dind' } }
    const { services }: Configuration = JSON.parse(
      await succeed(COMPOSE, [...files, 'config', '--format', 'json'], options).finally(() =>
        rmSync(dirname(file), { recursive: true }),
      ),
    )
    for (const name of ['runner', 'runner-dind']) {
      const { environment = {}, secrets = [] } = services[name] ?? {}
      const read = (path: string) => (path === '/run/secrets/app-key' ? KEY : '')
      expect(imageSettings(environment, read, expect.unreachable).registration).toMatchObject({
        credential: { kind: 'app', id: '123456' },
      })
      expect(secrets.map(({ source }) => source)).toContain('app-key')
    }
  })

  it('hold no secret', async () => {
    const given = {
      ...env,
      AWS_SECRET_ACCESS_KEY: 'the key',
      ACCESS_TOKEN: 'the token',
      COMPOSE_PROFILES: 'socket,dind',
    }
    for (const file of ['compose.yaml', 'compose.myoung34.yaml']) {
      expect(JSON.stringify(await configuration(file, given))).not.toMatch(/the key|the token/)
    }
  })
})

describe('two runners of the compose file', () => {
  const engine = useEngine('sid')
  let building: Promise<void> | undefined
  beforeEach(() => {
    building ??= buildStubRunner(engine())
    return building
  })

  it('start side by side, and keep their work directories apart', async () => {
    using kit = copyKit()
    const [work, externals] = [join(kit.folder, 'work'), join(kit.folder, 'externals')]
    mkdirSync(work)
    const settings = { COMPOSE_PROFILES: 'socket', WORK_ROOT: work, EXTERNALS: externals }
    const compose = (...args: string[]) => kit.compose(engine(), settings, ...args)
    const inRunner = (index: string, script: string) =>
      compose('exec', '-T', `--index=${index}`, 'runner', 'sh', '-ec', `cd "$(cat /tmp/work-folder)"; ${script}`)
    try {
      await compose('up', '--wait', '--no-build')
      for (const index of ['1', '2']) {
        await inRunner(index, `echo runner ${index} >step`)
        // What a job with \`container:\` does: the daemon mounts the runner's folder by its path.
        expect(
          await inRunner(index, 'docker run --rm --network=none --volume "$PWD:/__w" stub-runner:1 cat /__w/step'),
        ).toBe(`runner ${index}\n`)
      }
      const folders = readdirSync(work)
      const steps = folders.map((name) => readFileSync(join(work, name, '_work/step'), 'utf8'))
      expect(steps.sort()).toEqual(['runner 1\n', 'runner 2\n'])
      await compose('restart', '--timeout=0', 'runner')
      expect(readdirSync(work)).toEqual(folders)
      expect(await inRunner('1', 'echo *')).toBe('*\n')
      expect(existsSync(join(externals, 'node24/node'))).toBe(true)
      expect(await inRunner('1', 'cat /run/secrets/github-token')).toBe('github-token of a test\n')
    } finally {
      await compose('down', '--timeout=0', '--volumes')
    }
  })
})
