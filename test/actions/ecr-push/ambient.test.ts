import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineBinaries } from '../../../packages/docker-engine/src/binaries.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { imageConfig } from '../../support/image-config.ts'
import { errorsOf } from '../../support/push/push-run.ts'
import { usePush } from '../../support/push/push-suite.ts'
import { NO_SETTINGS, unknownVariables } from './support/program-variables.ts'

/** Settings of Docker's clients that a runner may have, and that change nothing about what the step makes. */
const HARMLESS = {
  BUILDKIT_COLORS: 'run=green',
  BUILDKIT_DEBUG_PANIC_ON_ERROR: '1',
  BUILDKIT_HOST: 'tcp://127.0.0.1:1',
  BUILDKIT_NO_CLIENT_TOKEN: '1',
  BUILDKIT_PROGRESS: 'tty',
  BUILDKIT_TTY_LOG_LINES: '3',
  BUILDX_CPU_PROFILE: 'cpu.profile',
  BUILDX_EXPERIMENTAL: '1',
  BUILDX_GIT_CHECK_DIRTY: '1',
  BUILDX_GIT_INFO: '1',
  BUILDX_GIT_LABELS: 'full',
  BUILDX_MEM_PROFILE: 'memory.profile',
  BUILDX_METADATA_PROVENANCE: 'max',
  BUILDX_METADATA_WARNINGS: '1',
  BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  BUILDX_NO_DEFAULT_LOAD: '1',
  BUILDX_SEND_GIT_QUERY_AS_INPUT: '1',
  CLICOLOR: '1',
  CLICOLOR_FORCE: '1',
  DEBUG: '1',
  DOCKER_BUILDKIT: '0',
  DOCKER_CLI_HINTS: 'true',
  DOCKER_CLI_HOOKS: 'true',
  DOCKER_CLI_OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  DOCKER_CONTENT_TRUST: '1',
  DOCKER_CONTENT_TRUST_REPOSITORY_PASSPHRASE: 'x',
  DOCKER_CONTENT_TRUST_ROOT_PASSPHRASE: 'x',
  DOCKER_CONTENT_TRUST_SERVER: 'https://127.0.0.1:1',
  DOCKER_CUSTOM_HEADERS: 'x-a=b',
  DOCKER_HIDE_LEGACY_COMMANDS: '1',
  MOBY_DISABLE_PIGZ: '1',
  NO_COLOR: '1',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  OTEL_TRACES_EXPORTER: 'otlp',
  PROGRESS_NO_TRUNC: '1',
  SOURCE_DATE_EPOCH: '1700000000',
  TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  TRACESTATE: 'a=b',
  TTY_DISPLAY_RATE: '1',
}

/** The same of config.json; the keys of logins and plugins come with the engine. */
const CONFIGURATION = {
  // As 'docker buildx install' writes it.
  aliases: { builder: 'buildx' },
  auths: { 'registry.invalid': { auth: 'eDp5' } },
  credHelpers: { 'other.invalid': 'missing' },
  detachKeys: 'ctrl-x',
  experimental: 'enabled',
  features: { hooks: 'true' },
  HttpHeaders: { 'X-B': 'c' },
  imagesFormat: '{{.ID}}',
  plugins: { buildx: { a: 'b' } },
  proxies: { default: { noProxy: 'example.invalid' } },
}

const PAGE = readFileSync(join(REPOSITORY, 'docs/docker-settings.md'), 'utf8')

/** Values with which a build would fail, and the line that says so. */
const WRONG: Readonly<Record<string, readonly [string, RegExp]>> = {
  BUILDX_BUILDER: ['gone', /^The variable BUILDX_BUILDER is "gone", which buildx cannot use: no builder "gone" found/],
  BUILDX_NO_DEFAULT_ATTESTATIONS: ['x', /^The variable BUILDX_NO_DEFAULT_ATTESTATIONS is "x"/],
  DOCKER_API_VERSION: ['9.99', /9\.99|client version/],
  DOCKER_CERT_PATH: ['/no', /^Docker is not ready \(tls_[a-z_]+\): .*\/no\//],
  DOCKER_CONTEXT: ['gone', /'gone'/],
  EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: ['/no', /^The variable EXPERIMENTAL_BUILDKIT_SOURCE_POLICY is "\/no"/],
}

/** Set by every test of the action, or by those of `wait_for_docker`, of builders, of the network and of `ssh`. */
const ELSEWHERE =
  'BUILDX_CONFIG DOCKER_AUTH_CONFIG DOCKER_CONFIG DOCKER_DEFAULT_PLATFORM DOCKER_HOST DOCKER_TLS DOCKER_TLS_VERIFY HTTPS_PROXY HTTP_PROXY KUBECONFIG NO_PROXY SSH_AUTH_SOCK'.split(
    ' ',
  )

const rows = [...PAGE.matchAll(/^\| (`.*`) \| (?:kept|set|removed|changed|replaced) \|/gm)]
const named = rows.flatMap(([, names = '']) => names.split(', ').map((name) => name.replaceAll('`', '')))

describe('docs/docker-settings.md', () => {
  it('has what the tests set', () => {
    const set = [...Object.keys(HARMLESS), ...Object.keys(WRONG), ...Object.keys(CONFIGURATION)]
    expect(set.filter((name) => !named.includes(name))).toEqual([])
  })

  it('has no variable that nothing sets', () => {
    const set = [...Object.keys(HARMLESS), ...Object.keys(WRONG), ...ELSEWHERE]
    const variables = named.filter((name) => /^[A-Z_]+$/.test(name))
    expect(variables.filter((name) => !set.includes(name))).toEqual([])
  })
})

describe.each(['bookworm', 'sid'] as const)('the programs of the engine of %s', (kind) => {
  const engine = useEngine(kind)

  it('read no variable that docs/docker-settings.md does not have', () => {
    expect(engine().kind).toBe(kind)
    const { docker, plugins } = engineBinaries(kind)
    const programs = [docker, ...(plugins === undefined ? [] : [join(plugins, 'docker-buildx')])]
    const known = [...named, ...NO_SETTINGS]
    expect(programs.flatMap((program) => unknownVariables(program, known))).toEqual([])
    // A table without one of them would be told.
    const less = known.filter((name) => !name.startsWith('DOCKER_CONTEXT'))
    expect(unknownVariables(docker, less)).toEqual([expect.stringMatching(/^DOCKER_CONTEXT/)])
  })
})

describe.each(['sid', 'sid-classic', 'bookworm'] as const)(
  'what the runner sets for Docker, on the engine of %s',
  (kind) => {
    const engine = useEngine(kind)
    const { ecr, newJob } = usePush(engine)

    const push = async (machine: Record<string, string>, given: Record<string, string> = {}) => {
      const job = await newJob({ machine: { ...engine().env, ...ecr().environment, ...machine } })
      await using _ = job
      const step = await job.run('ecr-push', { with: { repo: 'app', create_repo: true, tags: '1', ...given } })
      return { step, lines: step.annotations.map(({ message }) => message), created: await created() }
    }
    const created = async () => ecr().calls.some(({ operation }) => operation === 'CreateRepository')

    it('neither changes the image nor hides an error', async () => {
      // An old login for the registry outranks every other one, where the client knows the variable.
      const old = { auths: { [ecr().registry]: { auth: Buffer.from('AWS:old').toString('base64') } } }
      // Traces that nobody takes are waited for.
      const set = Object.entries(HARMLESS).filter(([name]) => kind !== 'sid-classic' || !name.includes('OTEL_'))
      const machine = { ...Object.fromEntries(set), DOCKER_AUTH_CONFIG: JSON.stringify(old) }
      const { step, lines } = await push(machine)
      expect(step.conclusion, step.log).toBe('success')
      expect(await digestOf(ecr(), 'app', '1')).toBe(step.outputs['digest'])
      expect((await imageConfig(ecr(), 'app', '1')).created).toMatch(kind === 'bookworm' ? /./ : /^2023-11-14T22:13:20/)
      expect(lines).toContainEqual(expect.stringMatching(/^The variable DOCKER_CONTENT_TRUST is 1, but is ignored/))
      expect(step.log).toMatch(/The login for \S+ in the variable DOCKER_AUTH_CONFIG is ignored/)
      const failed = await push(machine, { target: 'nowhere' })
      expect(errorsOf(failed.step)).toEqual([expect.stringMatching(/^The build failed.*nowhere/)])
    })

    it('in config.json is kept beside the login', async () => {
      const job = await newJob()
      await using _ = job
      const folder = join(job.folders.workspace, 'docker-config')
      mkdirSync(folder)
      const { default: own } = await import(join(engine().env['DOCKER_CONFIG'] ?? '', 'config.json'), {
        with: { type: 'json' },
      })
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify({ ...own, ...CONFIGURATION, ...(kind === 'bookworm' ? { aliases: {} } : {}) }),
      )
      const step = await job.run('ecr-push', {
        env: { DOCKER_CONFIG: folder },
        with: { repo: 'app', create_repo: true, tags: '1' },
      })
      expect(step.conclusion, step.log).toBe('success')
    })

    it('as the platform is followed, and told', async () => {
      const { step, lines } = await push({ DOCKER_DEFAULT_PLATFORM: 'linux/arm64' })
      expect(step.conclusion, step.log).toBe('success')
      expect(lines).toContain('The image is built for linux/arm64, because of the variable DOCKER_DEFAULT_PLATFORM.')
      expect((await imageConfig(ecr(), 'app', '1')).architecture).toBe('arm64')
    })

    it.each(kind === 'sid' ? Object.entries(WRONG) : [])(
      'that is wrong is found before anything is created: %s',
      async (name, [value, line]) => {
        const { step, created } = await push({
          ...(name === 'DOCKER_CONTEXT' ? { DOCKER_HOST: '' } : {}),
          ...(name === 'DOCKER_CERT_PATH' ? { DOCKER_TLS_VERIFY: '1' } : {}),
          [name]: value,
        })
        expect(errorsOf(step)).toEqual([expect.stringMatching(line)])
        expect(created).toBe(false)
      },
    )
  },
)
