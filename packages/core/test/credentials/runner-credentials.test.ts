import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { awsHttp } from '../../src/aws/http.ts'
import { stsOf } from '../../src/aws/sts.ts'
import type { Environment } from '../../src/base/environment.ts'
import { Failure } from '../../src/base/failure.ts'
import { type RunnerOptions, runnerCredentials } from '../../src/credentials/runner-credentials.ts'
import { stubAws } from '../support/aws.ts'
import { testFolder } from '../support/folder.ts'
import { httpServer, json } from '../support/http-server.ts'
import { answerSts } from '../support/sts-answers.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

function open(environment: Environment, more: Partial<RunnerOptions> = {}) {
  stubAws(environment)
  const { signal } = new AbortController()
  const http = awsHttp({})
  const sts = stsOf({ region: 'eu-central-1', http, maxAttempts: 2, signal: more.signal ?? signal })
  const options = { region: 'eu-central-1', role: undefined, http, sts, sessionName: 'github-run', signal }
  return runnerCredentials(process.env, { ...options, debug: () => undefined, limit: 20_000, ...more })
}

/** Writes one of AWS's files, and gives the variable that names it. */
function file(variable: 'AWS_CONFIG_FILE' | 'AWS_SHARED_CREDENTIALS_FILE', text: string, mode = 0o600): Environment {
  const path = join(testFolder(), 'file')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return { [variable]: path }
}

const LATER = '2100-01-01T00:00:00Z'
const MACHINE_KEYS = { AccessKeyId: 'ASIAMACHINE', SecretAccessKey: 's', Token: 't', Expiration: LATER }
const KEYS = 'aws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n'

/** A metadata service of a machine with a role. */
async function machine(): Promise<Environment> {
  const { url } = await httpServer((request, response) => {
    if (request.method === 'PUT') response.end('a-token')
    else if (request.url.endsWith('/security-credentials/')) response.end('the-role')
    else json(response, 200, { Code: 'Success', ...MACHINE_KEYS })
  })
  return { AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: url }
}

const sts = async (): Promise<Environment> => {
  const { url } = await httpServer((request, response, number) => answerSts(request, response, '123456789012', number))
  return { AWS_ENDPOINT_URL_STS: url }
}

const token = (): Environment => {
  const path = join(testFolder(), 'token')
  writeFileSync(path, 'x.y.z\n')
  return { AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod' }
}

const container = async (): Promise<Environment> => {
  const { url } = await httpServer((_, response) => json(response, 200, { ...MACHINE_KEYS, AccessKeyId: 'ASIAPOD' }))
  return { AWS_CONTAINER_CREDENTIALS_FULL_URI: url }
}

const CI = `[ci]\n${KEYS}`
const DEFAULT = `[default]\n${KEYS.replace('AKIAPROFILE', 'AKIADEFAULT')}`
const nothing = async (): Promise<Environment> => ({})
const profile = async () => ({ ...file('AWS_SHARED_CREDENTIALS_FILE', CI + DEFAULT), AWS_PROFILE: 'ci' })
const cliProfile = async () => ({ ...file('AWS_SHARED_CREDENTIALS_FILE', CI + DEFAULT), AWS_DEFAULT_PROFILE: 'ci' })
const defaultKeys = async () => file('AWS_SHARED_CREDENTIALS_FILE', DEFAULT)
const webIdentity = async () => ({ ...token(), ...(await sts()) })

describe('of all that the runner names, the nearest is taken', () => {
  test.each([
    [profile, 'AKIAPROFILE', "the profile 'ci' of the AWS files"],
    [cliProfile, 'AKIAPROFILE', "the profile 'ci' of the AWS files"],
    [webIdentity, 'ASIA1', 'the web identity token in AWS_WEB_IDENTITY_TOKEN_FILE'],
    [defaultKeys, 'AKIADEFAULT', "the profile 'default' of the AWS files"],
    [container, 'ASIAPOD', 'the credentials endpoint of the container'],
    [nothing, 'ASIAMACHINE', 'the role of the machine (instance metadata)'],
  ])('%o', async (place, accessKeyId, name) => {
    const all = [profile, webIdentity, defaultKeys, container]
    const below = all.slice(all.indexOf(place) + 1)
    const further = place === nothing ? [] : place === cliProfile ? all.slice(1, 2) : below
    const environment: Record<string, string | undefined> = { ...(await machine()) }
    for (const each of [...further.reverse(), place]) Object.assign(environment, await each())
    const source = open(environment)
    expect(source.name).toBe('the runner')
    expect(await source.get()).toMatchObject({ accessKeyId })
    expect(source.name).toBe(name)
  })

  test('a default profile with settings alone names nothing', async () => {
    const source = open({ ...(await machine()), ...file('AWS_CONFIG_FILE', '[default]\nregion = eu-west-1\n') })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIAMACHINE' })
  })

  test('a folder of the home that is closed to the user names nothing', async () => {
    const closed = { AWS_CONFIG_FILE: undefined, AWS_SHARED_CREDENTIALS_FILE: undefined, HOME: '/dev/null' }
    expect(await open({ ...(await machine()), ...closed }).get()).toMatchObject({ accessKeyId: 'ASIAMACHINE' })
  })

  test("the ARN of a role alone is 'assume_role' to many, and names nothing beside it", async () => {
    const AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/deploy'
    const source = open({ ...(await machine()), AWS_ROLE_ARN }, { role: AWS_ROLE_ARN })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIAMACHINE' })
  })
})

describe('what works', () => {
  test('a program that gives keys, and sees no inputs of the step', async () => {
    const program = join(testFolder(), 'program')
    const keys = '{"Version":1,"AccessKeyId":"AKIA%s","SecretAccessKey":"s"}'
    writeFileSync(program, `#!/bin/sh\nprintf '${keys}' "\${INPUT_SECRET:-NONE}"\n`, { mode: 0o700 })
    const config = file('AWS_CONFIG_FILE', `[default]\ncredential_process = ${program}\n`)
    expect(await open({ ...config, INPUT_SECRET: 'x' }).get()).toMatchObject({ accessKeyId: 'AKIANONE' })
  })

  test('a role of a profile, from another profile', async () => {
    const text = `[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/ci\nsource_profile = base\n[profile base]\n${KEYS}`
    const source = open({ ...(await sts()), ...file('AWS_CONFIG_FILE', text), AWS_PROFILE: 'ci' })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIA1' })
  })

  test('a web identity has the session name of the run, or its own, and tells whose keys it has', async () => {
    const asked: (string | null)[] = []
    const { url } = await httpServer((request, response, number) => {
      asked.push(new URLSearchParams(request.body).get('RoleSessionName'))
      answerSts(request, response, '123456789012', number)
    })
    const environment = { ...token(), AWS_ENDPOINT_URL_STS: url }
    expect(await open(environment).get()).toHaveProperty('identity')
    await open({ ...environment, AWS_ROLE_SESSION_NAME: 'pod-1' }).get()
    expect(asked).toEqual(['github-run', 'pod-1'])
  })

  test('the endpoint of a container, with its token', async () => {
    const server = await httpServer((_, response) => json(response, 200, MACHINE_KEYS))
    const path = join(testFolder(), 'token')
    writeFileSync(path, 'p0d')
    const source = open({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path,
    })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIAMACHINE', expiration: new Date(LATER) })
    expect(server.requests).toMatchObject([{ url: '/v1/credentials', headers: { authorization: 'p0d' } }])
  })
})

const NOTHING =
  "no key inputs are given, the runner's environment and AWS files name no source, and the metadata service of the machine gives none"
const GIVE_KEYS =
  "Give 'access_key_id' and 'secret_access_key', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY on the runner."
const HOPS =
  " The step runs in a container, where the EC2 metadata service responds only with a hop limit of at least 2: 'aws ec2 modify-instance-metadata-options --instance-id … --http-put-response-hop-limit 2'."

describe('where nothing is named and the machine has nothing', () => {
  test('the line says what to give', async () => {
    await expect(open({}).get()).rejects.toThrow(
      new Failure(`No AWS credentials: ${NOTHING}: AWS_EC2_METADATA_DISABLED is true. ${GIVE_KEYS}`),
    )
  })

  test('and a role is to be assumed, the line has the YAML for an OIDC token', async () => {
    await expect(open({}, { role: 'deploy' }).get()).rejects.toThrow(
      new Failure(
        `No AWS credentials to assume role 'deploy' with: ${NOTHING}: AWS_EC2_METADATA_DISABLED is true. To assume the role with GitHub's OIDC token, add to the job: 'permissions: { id-token: write, contents: read }' (a pull request from a fork never gets it).`,
      ),
    )
  })

  test('a metadata service that does not answer is asked twice; in a container, the line has its hop limit', async () => {
    const silent = await httpServer(() => undefined)
    const own = { AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: silent.url }
    const pod = { ...own, KUBERNETES_SERVICE_HOST: '10.0.0.1' }
    await expect(open(pod).get()).rejects.toThrow(
      new Failure(`No AWS credentials: ${NOTHING}: it does not answer. ${GIVE_KEYS}${HOPS}`),
    )
    expect(silent.requests).toHaveLength(2)
  })

  test.each([
    [404, 'it has no role (status 404)'],
    [500, 'it answered 500'],
  ])('the line has what the metadata service answers: %d', async (status, said) => {
    const { url } = await httpServer(({ method }, response) => {
      if (method === 'PUT') response.end('a-token')
      else response.writeHead(status).end()
    })
    const own = { AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: url }
    await expect(open({ ...own, KUBERNETES_SERVICE_HOST: '10.0.0.1' }).get()).rejects.toThrow(
      new Failure(`No AWS credentials: ${NOTHING}: ${said}. ${GIVE_KEYS}`),
    )
  })
})

describe('what does not come', () => {
  test('from the endpoint of a container does not hold the job', async () => {
    const silent = await httpServer(() => undefined)
    const source = open({ AWS_CONTAINER_CREDENTIALS_FULL_URI: silent.url }, { limit: 100 })
    await expect(source.get()).rejects.toThrow(
      new Failure(
        'The AWS credentials from the credentials endpoint of the container cannot be loaded: nothing came within 0.1 s. No other source is tried, because AWS_CONTAINER_CREDENTIALS_FULL_URI names this one: fix it, or unset AWS_CONTAINER_CREDENTIALS_FULL_URI.',
      ),
    )
  })

  test('from a program is told with what it said, and the program is ended', async () => {
    const path = join(testFolder(), 'pid')
    const program = `sh -c 'echo $$ >${path}; echo waiting for a person >&2; sleep 60; exit 0'`
    const config = file('AWS_CONFIG_FILE', `[profile ci]\ncredential_process = ${program}\n`)
    // Loaded before, so that all of the time is the program's.
    await import('../../src/aws/aws-sdk-profiles.ts')
    const source = open({ ...config, AWS_PROFILE: 'ci' }, { limit: 4_000 })
    await expect(source.get()).rejects.toThrow(
      'cannot be loaded: its credential_process did not end within 3 s: waiting for a person. No other source is tried, because AWS_PROFILE names this one: fix it, or unset AWS_PROFILE.',
    )
    const pid = Number(readFileSync(path, 'utf8'))
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), 5_000)
  })

  test('ends when the job is cancelled meanwhile', async () => {
    const cancel = new AbortController()
    const reason = new Error('Cancelled')
    const silent = await httpServer(() => cancel.abort(reason))
    const endpoint = { AWS_CONTAINER_CREDENTIALS_FULL_URI: silent.url }
    await expect(open(endpoint, { signal: cancel.signal }).get()).rejects.toBe(reason)
  })
})
