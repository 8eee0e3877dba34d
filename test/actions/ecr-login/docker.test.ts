import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cacheFolder } from '../../../packages/docker-engine/src/cache-folder.ts'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, type Job, leaks } from '../../../packages/runner-harness/src/index.ts'
import { type Command, runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { passwordOf, secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { openProgram, useRunnerUser } from '../../support/runner-user.ts'

const OTHER = '111122223333'
const SKOPEO = '/usr/bin/skopeo'
/** scripts/install/engine-sid.sh unpacks it; where it is no plugin of docker's, it runs by itself. */
const COMPOSE = join(cacheFolder(), 'engine-sid/usr/libexec/docker/cli-plugins/docker-compose')
const WORKSPACE = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }

/** As users run it. */
const SUITES = [
  { kind: 'bookworm', tags: 'user-077' },
  { kind: 'sid', tags: 'user-022' },
] as const

for (const { kind, tags } of SUITES)
  describe(`after ecr-login, on the engine of ${kind}`, { tags }, () => {
    const engine = useEngine(kind)
    const user = useRunnerUser(engine)
    let ecr: EcrLocal

    beforeEach(async () => {
      ecr = await startEcrLocal()
    })
    afterEach(() => ecr.close())

    /** A job whose user has the engine's configuration in the home, as on a machine where people work. */
    async function jobOfUser(config: object = {}): Promise<Job> {
      const { DOCKER_CONFIG = '', ...client } = engine().env
      const own = JSON.parse(readFileSync(join(DOCKER_CONFIG, 'config.json'), 'utf8'))
      const job = await createJob({ machine: { ...client, ...ecr.environment }, workspace: WORKSPACE, ...user() })
      writeFiles(job.folders.home, { '.docker/config.json': JSON.stringify({ ...own, ...config }) })
      job.handOver(job.folders.home)
      return job
    }

    async function succeed(job: Job, commands: readonly Command[], input?: string): Promise<string> {
      const step = await runCommands(job, commands, input)
      expect(step.conclusion, step.log).toBe('success')
      return step.log
    }

    it('docker pushes and pulls, and nothing secret is left', async () => {
      await using job = await jobOfUser()
      await job.run('ecr-repository', { with: { repo: 'team/app' } })
      const login = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
      const image = login.outputs['image'] ?? ''
      await succeed(job, [
        ['docker', 'build', '--tag', image, '.'],
        ['docker', 'push', image],
        ['docker', 'rmi', image],
        ['docker', 'pull', image],
      ])
      if (kind === 'sid') await succeed(job, [['docker', 'buildx', 'build', '--push', '--tag', `${image}-x`, '.']])
      await job.post()
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
      const denied = await runCommands(job, [['docker', 'push', image]])
      expect([denied.conclusion, denied.log]).toEqual(['failure', expect.stringContaining('no basic auth credentials')])
    })

    it('skopeo reads and copies', async (context) => {
      context.skip(!existsSync(SKOPEO), `there is no ${SKOPEO}; run scripts/install/clients.sh`)
      await using job = await jobOfUser()
      await job.run('ecr-repository', { with: { repo: 'team/app' } })
      const { outputs, env } = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
      const image = outputs['image'] ?? ''
      const bare = ['env', '-i', `DOCKER_CONFIG=${env['DOCKER_CONFIG']}`] as const
      const log = await succeed(job, [
        ['docker', 'build', '--tag', image, '.'],
        ['docker', 'push', image],
        [
          SKOPEO,
          'copy',
          '--src-tls-verify=false',
          '--dest-tls-verify=false',
          `docker://${image}`,
          `docker://${image}-copy`,
        ],
        [...bare, SKOPEO, 'list-tags', '--tls-verify=false', `docker://${outputs['registry']}/team/app`],
      ])
      expect(log).toContain('"1-copy"')
    })

    it("needs nothing but DOCKER_CONFIG, and leaves the user's own store its registries", async () => {
      const other = await startEcrLocal({ accountId: OTHER })
      await using _ = other
      await using job = await jobOfUser({ credsStore: 'shop' })
      const login = JSON.stringify({ ServerURL: other.registry, Username: 'AWS', Secret: await passwordOf(other) })
      // Without a list it stays for all other registries, and docker alone knows how to find the login beside it.
      const list = kind === 'bookworm' ? `[ "$1" = list ] && echo '{"${other.registry}":"AWS"}' && exit\n` : ''
      const store = `#!/bin/sh\n${list}read -r host\n[ "$host" = ${other.registry} ] && echo '${login}' && exit\necho credentials not found in native keychain\nexit 1\n`
      const bin = join(job.folders.home, 'bin')
      writeFiles(bin, { 'docker-credential-shop': store })
      job.handOver(bin)
      await succeed(job, [['chmod', '+x', join(bin, 'docker-credential-shop')]])
      await job.run('ecr-repository', { with: { repo: 'team/app' } })
      const { PATH, DOCKER_HOST } = engine().env
      const withStore = { PATH: `${bin}:${PATH}` }
      const { outputs, env, annotations } = await job.run('ecr-login', {
        with: { repo: 'team/app', tag: '1' },
        env: withStore,
      })
      expect(annotations.map(({ level }) => level)).toEqual(kind === 'bookworm' ? [] : ['notice'])
      const [image = '', registry = ''] = [outputs['image'], outputs['registry']]
      const bare = [
        'env',
        '-i',
        `PATH=${PATH}`,
        `DOCKER_HOST=${DOCKER_HOST}`,
        `DOCKER_CONFIG=${env['DOCKER_CONFIG']}`,
      ] as const
      await succeed(job, [
        ['docker', 'build', '--tag', image, '.'],
        [...bare, 'docker', 'push', image],
        [...bare, 'bash', '-l', '-c', `PATH=${PATH} docker pull ${image}`],
      ])
      const theirs = `${other.registry}/team/app:1`
      const create = { ...other.environment, DOCKER_CONFIG: env['DOCKER_CONFIG'] ?? '' }
      await job.run('ecr-repository', { with: { repo: 'team/app' }, env: create })
      await succeed(job, [
        ['docker', 'tag', image, theirs],
        [...bare, `PATH=${withStore.PATH}`, 'docker', 'push', theirs],
      ])
      expect(registry).not.toBe(other.registry)
    })

    it('compose builds, pushes and pulls', async (context) => {
      context.skip(!existsSync(COMPOSE), `there is no ${COMPOSE}; run scripts/install/engine-sid.sh`)
      await using job = await jobOfUser()
      await job.run('ecr-repository', { with: { repo: 'team/app' } })
      const { outputs } = await job.run('ecr-login', { with: { repo: 'team/app', tag: '1' } })
      const image = outputs['image'] ?? ''
      writeFiles(job.folders.workspace, { 'compose.yaml': `services:\n  app:\n    build: .\n    image: ${image}\n` })
      const compose: Command = kind === 'sid' ? ['docker', 'compose'] : [openProgram(engine(), COMPOSE)]
      await succeed(job, [
        [...compose, 'build'],
        [...compose, 'push'],
        ['docker', 'rmi', image],
        [...compose, 'pull'],
        ['docker', 'image', 'inspect', image],
      ])
      await job.post()
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
      const denied = await runCommands(job, [[...compose, 'pull']])
      expect([denied.conclusion, denied.log]).toEqual(['failure', expect.stringContaining('no basic auth credentials')])
    })

    it("the user's plugins, contexts and other logins work as before", async () => {
      await using job = await jobOfUser({
        auths: { 'ghcr.io': { auth: 'dXNlcjpwYXNz' } },
        aliases: { builder: 'buildx' },
      })
      const plugin = `#!/bin/sh
if [ "$1" = docker-cli-plugin-metadata ]; then echo '{"SchemaVersion":"0.1.0","Vendor":"us","Version":"1"}'
else echo "plugin says $2"; fi
`
      writeFiles(job.folders.home, { '.docker/cli-plugins/docker-hello': plugin })
      job.handOver(job.folders.home)
      const prepare: Command[] = [
        ['chmod', '+x', join(job.folders.home, '.docker/cli-plugins/docker-hello')],
        ['docker', 'context', 'create', 'remote', '--docker', 'host=unix:///nowhere.sock'],
      ]
      await succeed(job, prepare)
      const { outputs } = await job.run('ecr-login')
      const log = await succeed(job, [
        ['docker', 'hello', 'works'],
        ['docker', 'context', 'ls', '--format', '{{.Name}}'],
        ['docker', 'context', 'create', 'second', '--docker', 'host=unix:///elsewhere.sock'],
      ])
      expect(log).toMatch(/^plugin says works$/m)
      expect(log).toMatch(/^remote$/m)
      const config = JSON.parse(readFileSync(join(outputs['docker_config'] ?? '', 'config.json'), 'utf8'))
      expect(config.auths).toEqual({ 'ghcr.io': { auth: 'dXNlcjpwYXNz' }, [ecr.registry]: expect.anything() })
      await job.post()
      expect(await succeed(job, [['docker', 'context', 'ls', '--format', '{{.Name}}']])).toMatch(/^second$/m)
    })

    it('a docker login of a later step stays in the job', async () => {
      await using job = await jobOfUser()
      const file = join(job.folders.home, '.docker', 'config.json')
      const before = readFileSync(file, 'utf8')
      await job.run('ecr-login')
      const other = await startEcrLocal()
      const { registry } = other
      await succeed(
        job,
        [['docker', 'login', '--username', 'AWS', '--password-stdin', registry]],
        await passwordOf(other),
      )
      await job.run('ecr-login', { with: { registries: OTHER } })
      await job.post()
      expect(readFileSync(file, 'utf8')).toBe(before)
      await other.close()
    })

    it('ecr-push builds on a base image that only the login of the job can pull, as a role', async () => {
      await using job = await jobOfUser()
      const env = ecr.environmentOf({ account: OTHER })
      await job.run('ecr-repository', { with: { repo: 'base' }, env })
      const login = await job.run('ecr-login', { with: { repo: 'base', tag: '1' }, env })
      const base = login.outputs['image'] ?? ''
      await succeed(job, [
        ['docker', 'build', '--tag', base, '.'],
        ['docker', 'push', base],
        ['docker', 'rmi', base],
      ])
      writeFiles(job.folders.workspace, {
        'on-base/Dockerfile': `FROM ${base}\nCOPY more /more\n`,
        'on-base/more': 'more',
      })
      const inputs = {
        repo: 'team/app',
        tags: '1',
        create_repo: true,
        path: 'on-base',
        dockerfile: 'on-base/Dockerfile',
      }
      const push = await job.run('ecr-push', { with: { ...inputs, assume_role: 'deploy' } })
      expect(push.conclusion, push.log).toBe('success')
      expect(push.log).toContain(`from role arn:aws:iam::${ecr.account}:role/deploy, assumed with the environment`)
      await job.post()
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    })
  })
