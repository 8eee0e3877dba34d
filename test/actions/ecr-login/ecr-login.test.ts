import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { fixture } from '../../../packages/runner-harness/src/fixture.ts'
import { writeFiles } from '../../../packages/runner-harness/src/folders.ts'
import { createJob, type Job, type JobOptions, leaks } from '../../../packages/runner-harness/src/index.ts'
import { secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { startPlace } from '../../support/aws-places.ts'
import { USER_TAGS, useRunnerUser } from '../../support/runner-user.ts'

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

const user = useRunnerUser()
const newJob = (options: JobOptions = {}) => createJob({ machine: ecr.environment, ...user(), ...options })

/** What a later step gets for a host from Docker's configuration. */
async function passwordFor(job: Job, host: string) {
  const later = fixture(
    job,
    `const { auths } = JSON.parse(fs.readFileSync(env.DOCKER_CONFIG + '/config.json', 'utf8'))
const { auth } = auths[${JSON.stringify(host)}] ?? {}
if (!auth) process.exit()
const [user, password] = Buffer.from(auth, 'base64').toString().split(':')
write('OUTPUT', 'user=' + user + '\\nlength=' + password.length + '\\n')
`,
  )
  const { outputs } = await job.run(later)
  return outputs['user'] === undefined
    ? undefined
    : { user: outputs['user'], isPassword: Number(outputs['length']) > 100 }
}
const LOGGED_IN = { user: 'AWS', isPassword: true }

const hostOf = async (account: string, region = ecr.region): Promise<string> => {
  const answer = await fetch(`${ecr.endpoint}/_ecr-local/registries`)
  const registries = (await answer.json()) as { account: string; region: string; registry: string }[]
  return registries.find((each) => each.account === account && each.region === region)?.registry ?? ''
}

describe('registries', { tags: 'user-022' }, () => {
  it('without the input it is the own one', async () => {
    await using job = await newJob()
    const step = await job.run('ecr-login')
    expect(step.outputs).toMatchObject({
      registry: ecr.registry,
      registries: ecr.registry,
      image: '',
      account_id: ecr.account,
      docker_config: step.env['DOCKER_CONFIG'],
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    expect(await passwordFor(job, ecr.registry)).toEqual(LOGGED_IN)
  })

  it('by id, padded and trimmed, and by host in its own region', async () => {
    await using job = await newJob()
    const host = '111122223333.dkr.ecr.us-east-1.amazonaws.com'
    const step = await job.run('ecr-login', { with: { registries: ` 42 , 123456789012\n\n${host}/team/app:1` } })
    const hosts = [await hostOf('000000000042'), ecr.registry, await hostOf('111122223333', 'us-east-1')]
    expect(step.outputs['registries']).toBe(hosts.join('\n'))
    for (const each of [...hosts, host]) expect(await passwordFor(job, each)).toEqual(LOGGED_IN)
    expect(await passwordFor(job, 'ghcr.io')).toBeUndefined()
    expect(ecr.calls.map(({ operation, region }) => `${operation} ${region}`).sort()).toEqual([
      'GetAuthorizationToken eu-central-1',
      'GetAuthorizationToken eu-central-1',
      'GetAuthorizationToken us-east-1',
      'GetCallerIdentity eu-central-1',
    ])
  })

  it('without a region, where the hosts have one', async () => {
    await using job = await newJob({ machine: { ...ecr.environment, AWS_REGION: '' } })
    const step = await job.run('ecr-login', { with: { registries: '123456789012.dkr.ecr.eu-west-1.amazonaws.com' } })
    expect(step.outputs['registry']).toBe(await hostOf('123456789012', 'eu-west-1'))
  })

  it('ECR Public', async () => {
    const token = Buffer.from(`AWS:${'public-password-'.repeat(10)}`).toString('base64')
    const answer = JSON.stringify({ authorizationData: { authorizationToken: token, expiresAt: 4_102_444_800 } })
    await using place = await startPlace((_, response) => response.end(answer))
    await using job = await newJob({ machine: { ...ecr.environment, AWS_ENDPOINT_URL_ECR_PUBLIC: place.url } })
    const step = await job.run('ecr-login', { with: { registries: 'public' } })
    expect(step.outputs).toMatchObject({ registry: 'public.ecr.aws', expires_at: '2100-01-01T00:00:00.000Z' })
    for (const host of ['public.ecr.aws', 'ecr-public.aws.com']) expect(await passwordFor(job, host)).toEqual(LOGGED_IN)
    expect(place.requests[0]?.authorization).toContain('/us-east-1/ecr-public/aws4_request')
    await job.post()
    expect(leaks(job, secretsOf(ecr, job))).toEqual([])
  })
})

describe('image', () => {
  const DIGEST = `sha256:${'ab'.repeat(32)}`

  it.each([
    [{ repo: 'team/app', tag: '1.2' }, 'team/app:1.2'],
    [{ repo: 'team/app', digest: DIGEST }, `team/app@${DIGEST}`],
  ])('of %j', async (given, image) => {
    await using job = await newJob()
    const step = await job.run('ecr-login', { with: given as Record<string, string> })
    expect(step.outputs['image']).toBe(`${ecr.registry}/${image}`)
  })
})

describe('what is wrong is told in one line, and nothing is asked of AWS', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ registries: 'ghcr.io' }, /^Input 'registries' has "ghcr\.io", which is not a registry\. Use account IDs/],
    [{ docker_config: 'user' }, /^Input 'docker_config' must be one of isolated, shared; it is 'user'\.$/],
    [{ logout: 'maybe' }, /^Input 'logout' must be true or false; it is 'maybe'\.$/],
    [{ output_credentials: 'maybe' }, /^Input 'output_credentials' must be true or false/],
    [{ repo: 'team/app' }, /^Input 'repo' needs 'tag' or 'digest' beside it\.$/],
    [{ tag: '1' }, /^Input 'tag' requires the name of the repository in 'repo'\.$/],
    [{ repo: 'app', digest: 'latest' }, /^Input 'digest' must be sha256: and 64 hexadecimal digits; it is "latest"\.$/],
    [
      { region: 'Frankfurt' },
      /^Input 'region' must be the name of an AWS region like eu-central-1; it is 'Frankfurt'\.$/,
    ],
    [{ account_id: '1234-5678' }, /^Input 'account_id' must be the 12 digits of an AWS account; it is "1234-5678"\.$/],
    [{ access_key_id: 'AKIA' }, /^Input 'access_key_id' is incomplete/],
    [{ assume_role: 'my role' }, /^Input 'assume_role' must be the name or the ARN of an IAM role/],
    [{ role_session_name: 'a b' }, /^Input 'role_session_name' must be 2 to 64 letters/],
    [{ role_duration_seconds: '1h' }, /^Input 'role_duration_seconds' must be a whole number of at least 900 and/],
    [{ external_id: 'x' }, /^Input 'external_id' must be 2 to 1224 letters/],
  ])('%j', async (given, line) => {
    await using job = await newJob()
    const step = await job.run('ecr-login', { with: given })
    expect([step.conclusion, step.files.temp, step.env]).toEqual(['failure', [], {}])
    expect(step.annotations.map(({ message }) => message)).toEqual([expect.stringMatching(line)])
    expect(ecr.calls).toEqual([])
  })
})

for (const tags of Object.keys(USER_TAGS))
  describe(`the end of the job, as ${tags}`, { tags }, () => {
    it('leaves nothing, and the configuration that was there to those who still clean up', async () => {
      await using job = await newJob()
      await job.run('ecr-login')
      const [post] = await job.post()
      expect(post).toMatchObject({
        conclusion: 'success',
        annotations: [],
        env: { DOCKER_CONFIG: join(job.folders.home, '.docker') },
        files: { temp: [], home: [], tmp: [] },
      })
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    })

    it('keeps the login where it is asked to', async () => {
      await using job = await newJob()
      const step = await job.run('ecr-login', { with: { logout: false } })
      await job.post()
      expect(existsSync(step.outputs['docker_config'] ?? '')).toBe(true)
    })

    it('takes each of two logins away on its own', async () => {
      await using job = await newJob()
      const first = await job.run('ecr-login')
      const second = await job.run('ecr-login', { with: { registries: '111122223333' } })
      expect(second.outputs['docker_config']).toBe(first.outputs['docker_config'])
      expect([second.env, second.path]).toEqual([{}, []])
      for (const host of [ecr.registry, await hostOf('111122223333')]) {
        expect(await passwordFor(job, host)).toEqual(LOGGED_IN)
      }
      const posts = await job.post()
      expect(posts.map((step) => step.files.temp.filter((file) => file.includes('/logins/')).length)).toEqual([1, 0])
      expect(posts[1]?.files.temp).toEqual([])
    })
  })

describe('output_credentials', { tags: 'user-077' }, () => {
  it('gives user and password by host, masked', async () => {
    await using job = await newJob()
    const step = await job.run('ecr-login', { with: { output_credentials: true } })
    const host = ecr.registry.replaceAll(/[^A-Za-z0-9]/g, '_')
    const password = step.outputs[`docker_password_${host}`] ?? ''
    expect(step.outputs[`docker_username_${host}`]).toBe('AWS')
    expect([password.length > 100, step.masks.includes(password)]).toEqual([true, true])
    expect(step.log).not.toContain(password)
  })
})

for (const tags of Object.keys(USER_TAGS))
  describe(`docker_config: shared, as ${tags}`, { tags }, () => {
    const CONFIG = { auths: { 'ghcr.io': { auth: 'eDp5' } }, currentContext: 'default' }
    const shared = { docker_config: 'shared' }

    it("writes into the user's configuration, and takes away what it wrote", async () => {
      await using job = await newJob()
      writeFiles(job.folders.home, { '.docker/config.json': JSON.stringify(CONFIG) })
      job.handOver(job.folders.home)
      const file = join(job.folders.home, '.docker', 'config.json')
      const read = () => JSON.parse(readFileSync(file, 'utf8'))
      const step = await job.run('ecr-login', { with: shared })
      expect(step.outputs['docker_config']).toBe(join(job.folders.home, '.docker'))
      expect([step.env, step.path]).toEqual([{}, []])
      expect(Object.keys(read().auths)).toEqual(['ghcr.io', ecr.registry])
      expect(step.argv.flat().filter((argument) => step.masks.some((secret) => argument.includes(secret)))).toEqual([])
      const [post] = await job.post()
      expect(post?.files.home).toEqual(['.docker/config.json'])
      expect(read()).toEqual(CONFIG)
      expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    })

    it('leaves a login that another job has made since', async () => {
      await using job = await newJob()
      const file = join(job.folders.home, '.docker', 'config.json')
      await job.run('ecr-login', { with: shared })
      const theirs = { auths: { [ecr.registry]: { auth: 'dGhlaXJz' } } }
      writeFiles(job.folders.home, { '.docker/config.json': JSON.stringify(theirs) })
      await job.post()
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(theirs)
    })
  })
