import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { createJob, type Job, leaks } from '../../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { startEcrProcess } from '../../../packages/stand-ins/src/ecr-process.ts'
import { useRunnerUser } from '../../support/runner-user.ts'

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
const APP = { 'docker/Dockerfile': 'FROM scratch\nCOPY app /app\n', app: 'an app' }
const PUSH = {
  repo: 'base/master',
  tags: `latest,${SHA}`,
  create_repo: true,
  dockerfile: './docker/Dockerfile',
  path: '.',
}

/** What `job` masked, and the key of the registry's default identity: nothing of it may be seen anywhere. */
const secretsOf = (job: Job, environment: Readonly<Record<string, string>>): string[] => [
  environment['AWS_SECRET_ACCESS_KEY'] ?? '',
  ...job.steps.flatMap((step) => step.masks),
]

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** As users run it; the other tests of ecr-push run as root. */
const SUITES = [
  { kind: 'bookworm', tags: 'user-022' },
  { kind: 'sid', tags: 'user-077' },
] as const

for (const { kind, tags } of SUITES) {
  describe(`ecr-push on the engine of ${kind}`, { tags }, () => {
    const engine = useEngine(kind)
    const user = useRunnerUser(engine)
    let ecr: EcrLocal

    beforeEach(async () => {
      ecr = await startEcrLocal()
    })
    afterEach(() => ecr.close())

    const jobWith = (workspace: Record<string, string> = APP, machine: Record<string, string> = {}) =>
      createJob({
        machine: { ...engine().env, ...ecr.environment, ...machine },
        ref: 'refs/heads/master',
        sha: SHA,
        workspace,
        ...user(),
      })

    it('creates the repository, pushes the image once and gives it all tags', async () => {
      await using job = await jobWith()
      const step = await job.run('ecr-push', { with: PUSH })
      expect(step.conclusion, step.log).toBe('success')
      expect(step.outputs).toMatchObject({
        image: `${ecr.registry}/base/master:${SHA}`,
        tags: `${SHA},latest`,
        digest: expect.stringMatching(DIGEST),
        repository_uri: `${ecr.registry}/base/master`,
      })
      for (const tag of ['latest', SHA]) expect(await digestOf(ecr, 'base/master', tag)).toBe(step.outputs['digest'])
      expect(ecr.calls.filter((call) => call.operation === 'PutImage')).toHaveLength(1)
      expect(step.summary).toContain(`docker pull ${step.outputs['image_digest_ref']}`)
    })

    it('leaves no secret, no process and no file', async () => {
      await using job = await jobWith()
      const step = await job.run('ecr-push', { with: PUSH })
      await job.post()
      const secrets = secretsOf(job, ecr.environment)
      expect(secrets.length).toBeGreaterThan(2)
      expect(leaks(job, secrets)).toEqual([])
      expect(step.leftovers).toEqual([])
      expect(step.files.temp).toEqual([])
    })

    it('takes keys from the inputs and masks them before it uses them', async () => {
      await using job = await jobWith(APP, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' })
      const { AWS_ACCESS_KEY_ID: access_key_id = '', AWS_SECRET_ACCESS_KEY: secret_access_key = '' } = ecr.environment
      const step = await job.run('ecr-push', { with: { ...PUSH, access_key_id, secret_access_key } })
      expect(step.conclusion, step.log).toBe('success')
      expect(step.masks).toContain(secret_access_key)
      expect(step.raw.indexOf('::add-mask::')).toBeLessThan(step.raw.indexOf('::group::'))
    })

    it('pushes again over its own tags', async () => {
      await using job = await jobWith()
      const first = await job.run('ecr-push', { with: PUSH })
      const second = await job.run('ecr-push', { with: { ...PUSH, create_repo: false } })
      expect(second.conclusion, second.log).toBe('success')
      expect(await digestOf(ecr, 'base/master', 'latest')).toBe(second.outputs['digest'])
      expect(first.outputs['repository_uri']).toBe(second.outputs['repository_uri'])
    })

    it('shows the failing step of a build that fails, and pushes nothing', async () => {
      await using job = await jobWith({ ...APP, 'docker/Dockerfile': 'FROM scratch\nCOPY missing /x\n' })
      const step = await job.run('ecr-push', { with: PUSH })
      expect(step.conclusion).toBe('failure')
      expect(step.annotations).toMatchObject([
        {
          ...{ level: 'error', file: 'docker/Dockerfile', line: '2' },
          message: expect.stringMatching(
            /^The build failed at \[\d\/\d\] COPY missing \/x \(docker\/Dockerfile:2\): "missing" is not in the build context, .* Already done: created repository base\/master\.$/,
          ),
        },
      ])
      expect(step.log).not.toMatch(/^ {4}at /m)
      expect(ecr.calls.filter((call) => call.service === 'registry')).toEqual([])
    })

    it.each<[string, Record<string, string | boolean>, Record<string, string>, RegExp]>([
      ['no region', {}, { AWS_REGION: '' }, /^Input 'region' is missing, .*'region: eu-central-1'/],
      ['a wrong boolean', { create_repo: 'maybe' }, {}, /^Input 'create_repo' must be true or false; it is 'maybe'\.$/],
      ['upper case in the name', { repo: 'Base/feature#1' }, {}, /"B", "#".*ecr_path or ecr_segment/],
      ['a tag that is none', { tags: 'latest,feature/x' }, {}, /"feature\/x".*"\/".*docker_tag/],
      [
        'a Dockerfile that is not there',
        { dockerfile: 'Dockerfile' },
        {},
        /^Input 'dockerfile' is "Dockerfile", but there is no such file/,
      ],
      [
        'a context that is not there',
        { path: 'nowhere' },
        {},
        /^Input 'path' is "nowhere", but there is no such folder/,
      ],
      [
        'an engine that does not answer',
        {},
        { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
        /^Docker is not ready \(folder_missing\): unix:\/\/\/nowhere\/docker\.sock /,
      ],
      ['no Docker', {}, { PATH: '/nowhere' }, /^This runner has no docker CLI/],
      [
        'a key that AWS does not know',
        {},
        { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWNUNKNOWN00' },
        /^AWS does not know the access key/,
      ],
      ['a wrong secret', {}, { AWS_SECRET_ACCESS_KEY: 'wrong-wrong-wrong' }, /^AWS refuses the secret access key/],
      [
        'a missing repository',
        { create_repo: false },
        {},
        /^There is no ECR repository 'base\/master'.*'create_repo: true'/,
      ],
      ['one key without the other', { access_key_id: 'AKIA' }, {}, /'access_key_id' is incomplete/],
    ])('says in one line what is wrong: %s', async (_name, given, machine, line) => {
      await using job = await jobWith(APP, machine)
      const step = await job.run('ecr-push', { with: { ...PUSH, ...given } })
      expect(step.conclusion).toBe('failure')
      const errors = step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
      expect(errors).toEqual([expect.stringMatching(line)])
      expect(errors[0]).not.toContain('\n')
      expect(ecr.calls.map((call) => call.operation)).not.toContain('CreateRepository')
      expect(leaks(job, secretsOf(job, ecr.environment))).toEqual([])
    })

    it('hands the names of the workflow to docker as they are', async () => {
      const name = "it's $(id) `id`; a\u00a0b"
      await using job = await jobWith({ [`${name}/Dockerfile`]: 'FROM scratch\nCOPY app /app\n', [`${name}/app`]: 'x' })
      const step = await job.run('ecr-push', { with: { ...PUSH, path: `./${name}`, dockerfile: `${name}/Dockerfile` } })
      expect(step.conclusion, step.log).toBe('success')
      expect(step.argv.some((argv) => argv.includes(`./${name}`))).toBe(true)
    })

    describe.each(['SIGINT', 'SIGTERM'] as const)('on %s', (signal) => {
      /** Cancels when `pattern` shows in the log, and looks at what is left. */
      async function cancelled(
        job: Job,
        pattern: RegExp,
        environment: Readonly<Record<string, string>>,
        then: () => void = () => {},
      ) {
        const handle = job.start('ecr-push', { with: PUSH })
        await handle.waitForLog(pattern)
        then()
        await new Promise((resolve) => setTimeout(resolve, 500))
        handle.signal(signal)
        const step = await handle.result
        expect(step.conclusion).toBe('failure')
        expect(step.signal).toBeNull()
        expect(step.leftovers).toEqual([])
        expect(step.files.temp).toEqual([])
        expect(leaks(job, secretsOf(job, environment))).toEqual([])
        return step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
      }

      it('ends while it waits for AWS', async () => {
        await using hanging = await startEcrProcess()
        hanging.hang()
        await using job = await jobWith(APP, hanging.environment)
        const errors = await cancelled(job, /Check Docker/, hanging.environment)
        expect(errors).toEqual([
          `Cancelled by ${signal} during 'Check Docker, AWS and the repository'. Nothing was changed.`,
        ])
      })

      it('ends in the middle of the build', async () => {
        // A registry that accepts and never answers keeps the build at its base image.
        const connections: Socket[] = []
        const silent = createServer((socket) => connections.push(socket)).listen(0, '127.0.0.1')
        await once(silent, 'listening')
        const { port } = silent.address() as { port: number }
        await using job = await jobWith({ ...APP, 'docker/Dockerfile': `FROM 127.0.0.1:${port}/base\n` })
        const errors = await cancelled(job, /\[command\].* build /, ecr.environment)
        silent.close()
        for (const connection of connections) connection.destroy()
        expect(errors).toEqual([
          expect.stringMatching(
            /^Cancelled by \w+ during 'Build .*'\.(?: Whether base\/master:\S+ was pushed is not known\.)? Already done: created repository base\/master\.$/,
          ),
        ])
      })

      it('ends in the middle of the push', async () => {
        await using hanging = await startEcrProcess()
        await using job = await jobWith(APP, hanging.environment)
        const errors = await cancelled(job, /\[command\].* build /, hanging.environment, () => hanging.hang())
        expect(errors).toEqual([
          expect.stringMatching(
            /^Cancelled by \w+ during '(?:Push|Build .*)'\.(?: Whether base\/master:\S+ was pushed is not known\.)? Already done: created repository base\/master\.$/,
          ),
        ])
      })
    })
  })
}
