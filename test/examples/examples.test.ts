import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { docker } from '../../packages/docker-engine/src/images.ts'
import { putShell } from '../../packages/docker-engine/src/shell.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { digestOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { tracesOf, useAct } from '../support/act/act.ts'
import { githubToken, startTokenEndpoint } from '../support/aws-places.ts'
import { succeed } from '../support/client-programs.ts'
import { pullRequest } from '../support/pull-request.ts'
import { COPY, type ExampleRun, example, imageOf, runExample } from './support/example-run.ts'

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

/** A cluster that nobody has to reach, to say what belongs to it. */
const KUBECONFIG = stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'c',
  users: [{ name: 'u', user: { token: 't' } }],
})

/** What act and this machine do not have; GitHub's parser, actionlint and zizmor read these all the same. */
const NOT_RUN = {
  'multi-arch-kubernetes': 'a cluster with nodes of two architectures',
  'posts-before': 'actions of others, from the network',
  'runner-image': 'releases of the runner, from the network; self-hosted-image.test.ts runs its steps',
}

it('runs every example, but for those that need more', () => {
  const tests = globSync('*.test.ts', { cwd: import.meta.dirname }).map((file) =>
    readFileSync(join(import.meta.dirname, file), 'utf8'),
  )
  const runs = [...tests.join('\n').matchAll(/\brun\(\s*'([\w-]+)'/g)].map(([, name]) => name)
  const names = globSync('*.yml', { cwd: join(REPOSITORY, 'workflows-examples') }).map((file) => file.slice(0, -4))
  expect([...new Set(runs), ...Object.keys(NOT_RUN)].sort()).toEqual(names.sort())
})

describe('workflows-examples on act', () => {
  useAct()
  const engine = useEngine('sid')

  const run = (...of: ExampleRun) => runExample(engine(), ...of)

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

  it('multi-arch-kubernetes, as far as its builder: a node for each architecture', async () => {
    const { jobs } = parse(example('multi-arch-kubernetes.yml'))
    const steps: { run?: string }[] = jobs.build.steps
    const create = steps.find(({ run: line }) => line?.includes('buildx create'))?.run ?? ''
    const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'))
    try {
      writeFileSync(join(folder, 'kubeconfig'), KUBECONFIG)
      const own = { BUILDX_CONFIG: folder, KUBECONFIG: join(folder, 'kubeconfig'), BUILDER: 'kube' }
      await succeed('bash', ['-ec', create], { env: { ...engine().env, ...own } })
      const { Driver, Nodes } = JSON.parse(readFileSync(join(folder, 'instances/kube'), 'utf8'))
      expect(Driver).toBe('kubernetes')
      for (const [index, architecture] of ['amd64', 'arm64'].entries()) {
        expect(Nodes[index]).toMatchObject({
          Platforms: [{ os: 'linux', architecture }],
          DriverOpts: { namespace: 'buildkit', nodeselector: `kubernetes.io/arch=${architecture}` },
        })
      }
      expect(Nodes).toHaveLength(2)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
