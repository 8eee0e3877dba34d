import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../packages/ecr-local/src/index.ts'
import { type ActOptions, type ActRun, tracesOf, useAct, withAct } from './support/act.ts'
import { githubToken, startTokenEndpoint } from './support/aws-places.ts'
import { createRepository, digestOf, tokenStarts } from './support/ecr-client.ts'
import { docker } from './support/engine-images.ts'
import { putShell } from './support/engine-shell.ts'
import { useEngine } from './support/engine-suite.ts'
import { pullRequest } from './support/pull-request.ts'
import { REPOSITORY } from './support/runner-action.ts'

const example = (path: string): string => readFileSync(join(REPOSITORY, 'workflows-examples', path), 'utf8')

const COPY = 'FROM scratch\nCOPY app /app\n'
const APP = { Dockerfile: COPY, 'docker/Dockerfile': COPY, app: 'an app' }

/** Its secret is right or there is no image; an engine of the tests has no network for RUN. */
const RELEASE = `FROM scratch AS release
ARG VERSION
COPY rootfs /
RUN --network=none --mount=type=secret,id=npm_token \\
  read -r token < /run/secrets/npm_token; [ "$VERSION \${#token}" = "main 10" ]
`

const inServices = (...names: string[]) =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`services/${name}/Dockerfile`, COPY],
      [`services/${name}/app`, name],
    ]),
  )

const COMPOSE = `services:
  app:
    image: \${IMAGE}
    network_mode: none
    stdin_open: true
    command: [sh, -c, read line]
`

/** What act and this machine do not have; GitHub's parser, actionlint and zizmor read these. */
const NOT_RUN = {
  'deploy-ssh': 'a host behind ssh',
  'multi-arch-kubernetes': 'a cluster with nodes of two architectures',
  'posts-before': 'actions of others, from the network',
  'runner-image': 'releases of the runner, from the network',
}

it('runs every example, but for those that need more', () => {
  const runs = [...readFileSync(import.meta.filename, 'utf8').matchAll(/\brun\(\s*'([\w-]+)'/g)].map(([, name]) => name)
  const names = globSync('*.yml', { cwd: join(REPOSITORY, 'workflows-examples') }).map((file) => file.slice(0, -4))
  expect([...new Set(runs), ...Object.keys(NOT_RUN)].sort()).toEqual(names.sort())
})

describe('workflows-examples on act', () => {
  useAct()
  const engine = useEngine('sid')

  /** Runs an example, which must be green and leave no secret, and hands it over with the registry. */
  async function run(
    name: string,
    options: Partial<ActOptions> & { readonly repository?: string },
    look: (run: ActRun, ecr: EcrLocal) => Promise<void>,
  ): Promise<void> {
    await using ecr = await startEcrLocal()
    if (options.repository) await createRepository(ecr, options.repository)
    const machine = { ...engine().env, ...ecr.environment, ...options.machine }
    const given = { workflow: example(`${name}.yml`), branch: 'main', files: APP, ...options, machine }
    await withAct(given, async (done) => {
      expect(done.exitCode, done.log).toBe(0)
      await look(done, ecr)
      const secrets = [...(await tokenStarts(ecr)), ...Object.values(options.secrets ?? {})]
      for (const secret of secrets) expect(tracesOf(secret, done)).toEqual([])
      expect(done.log).not.toContain(ecr.environment['AWS_SECRET_ACCESS_KEY'])
    })
  }

  /** The one image that all tags of the repository mean. */
  async function imageOf(ecr: EcrLocal, repository: string, ...tags: string[]): Promise<string> {
    const digests = await Promise.all(tags.map((tag) => digestOf(ecr, repository, tag)))
    expect(digests[0], `${repository}:${tags[0]}`).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(new Set(digests).size, tags.join()).toBe(1)
    return String(digests[0])
  }

  it('posts-after', () =>
    run('posts-after', { branch: 'feature/x' }, async ({ sha }, ecr) => {
      await imageOf(ecr, 'base/feature/x', 'latest', sha)
    }))

  it('pipeline', () =>
    run('pipeline', { branch: 'feature/x' }, async ({ sha, log }, ecr) => {
      const digest = await imageOf(ecr, 'base/feature/x', 'latest', sha)
      expect(log).toContain(`::set-output:: digest=${digest}`)
    }))

  it('minimal', () =>
    run('minimal', {}, async ({ sha }, ecr) => {
      await imageOf(ecr, 'team/app', 'latest', sha)
    }))

  it('full, with a role on top of keys', () =>
    run(
      'full',
      {
        files: { 'docker/Dockerfile': RELEASE },
        lay: (folder) => putShell(join(folder, 'rootfs')),
        vars: { AWS_ROLE: 'arn:aws:iam::123456789012:role/deploy' },
        secrets: { NPM_TOKEN: 'npm-5f0c91' },
        event: { name: 'push', payload: { repository: { default_branch: 'main' } } },
      },
      async ({ sha }, ecr) => {
        const digest = await imageOf(ecr, 'team/app/main', sha, 'main', 'latest')
        expect(await digestOf(ecr, 'team/app/main', 'buildcache')).toBeDefined()
        expect(ecr.calls.filter(({ operation }) => operation === 'AssumeRole')).not.toEqual([])
        expect(await docker(engine(), 'image', 'ls', '--digests', '--format', '{{.Digest}}')).toContain(digest)
      },
    ))

  it('pull-request of the own repository', () =>
    run('pull-request', { event: pullRequest('feature/x'), repository: 'team/app' }, async (_, ecr) => {
      await imageOf(ecr, 'team/app', 'pr-12')
      expect(await digestOf(ecr, 'team/app', 'latest')).toBeUndefined()
    }))

  it('pull-request of a fork', () =>
    run('pull-request', { event: pullRequest('feature/x', 'stranger') }, async (_, ecr) => {
      expect(ecr.calls).toEqual([])
    }))

  it('matrix', () =>
    run('matrix', { files: inServices('api', 'web', 'worker') }, async ({ sha }, ecr) => {
      for (const name of ['api', 'web', 'worker']) await imageOf(ecr, `shop/${name}`, 'latest', sha)
    }))

  it('immutable-tags, where a second run builds nothing', () =>
    run('immutable-tags', {}, async ({ sha, again }, ecr) => {
      const digest = await imageOf(ecr, 'team/app', 'latest', sha)
      const uploads = () => ecr.calls.filter(({ operation }) => operation === 'PUT blob').length
      const before = uploads()
      const second = await again()
      expect(second.exitCode, second.log).toBe(0)
      expect(second.log).toContain('::set-output:: skipped=true')
      expect(uploads()).toBe(before)
      expect(await imageOf(ecr, 'team/app', 'latest', sha)).toBe(digest)
    }))

  it('deploy-compose', () =>
    run(
      'deploy-compose',
      {
        files: { Dockerfile: 'FROM scratch\nCOPY rootfs /\n', 'compose.yaml': COMPOSE },
        lay: (folder) => putShell(join(folder, 'rootfs')),
      },
      async ({ sha }, ecr) => {
        const digest = await imageOf(ecr, 'team/app', 'latest', sha)
        const container = await docker(engine(), 'ps', '--quiet')
        const image = await docker(engine(), 'inspect', '--format', '{{.Config.Image}}', container)
        await docker(engine(), 'rm', '--force', container)
        expect(image).toBe(`${ecr.registry}/team/app@${digest}`)
      },
    ))

  it('oidc, without a key on the machine', async () => {
    const token = githubToken()
    await using github = await startTokenEndpoint(token)
    const machine = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', ...github.environment }
    await run('oidc', { machine, repository: 'team/app' }, async (done, ecr) => {
      await imageOf(ecr, 'team/app', 'latest', done.sha)
      const roles = ecr.calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
      expect(roles.length).toBeGreaterThan(0)
      expect(done.log).toContain('arn:aws:sts::123456789012:assumed-role/deploy/')
      expect(tracesOf(token, done)).toEqual([])
    })
  })

  it('composite', () =>
    run(
      'composite',
      { files: { ...inServices('api'), '.github/actions/build/action.yml': example('composite-build/action.yml') } },
      async ({ sha }, ecr) => {
        await imageOf(ecr, 'team/api', sha, 'main')
      },
    ))

  it('enterprise-server', () =>
    run('enterprise-server', {}, async ({ sha }, ecr) => {
      await imageOf(ecr, 'team/app', 'main', sha)
    }))
})
