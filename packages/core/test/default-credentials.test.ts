import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { awsHttp } from '../src/aws-http.ts'
import { type DefaultOptions, defaultCredentials } from '../src/default-credentials.ts'
import type { Environment } from '../src/environment.ts'
import { Failure } from '../src/failure.ts'
import { stubAws } from './support/aws.ts'
import { testFolder } from './support/folder.ts'
import { httpServer, json } from './support/http-server.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

function open(environment: Environment, more: Partial<DefaultOptions> = {}) {
  stubAws(environment)
  const { signal } = new AbortController()
  const options = { region: 'eu-central-1', role: undefined, http: awsHttp({}), signal, debug: () => undefined }
  return defaultCredentials(process.env, { ...options, ...more })
}

const LATER = '2100-01-01T00:00:00Z'
const MACHINE_KEYS = { AccessKeyId: 'ASIAMACHINE', SecretAccessKey: 's', Token: 't', Expiration: LATER }

/** A metadata service of a machine with a role. */
const machine = () =>
  httpServer(({ method, url }, response) => {
    if (method === 'PUT') response.end('a-token')
    else if (url.endsWith('/security-credentials/')) response.end('the-role')
    else json(response, 200, { Code: 'Success', ...MACHINE_KEYS })
  })

describe('what the runner has is found and named', () => {
  test('a profile', async () => {
    const file = join(testFolder(), 'credentials')
    writeFileSync(file, '[ci]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n')
    const source = open({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'ci' })
    expect(await source.get()).toMatchObject({ accessKeyId: 'AKIAPROFILE' })
    expect(source.name).toBe("the profile 'ci' of the AWS files")
  })

  test('a program that gives keys', async () => {
    const file = join(testFolder(), 'config')
    const keys = JSON.stringify({ Version: 1, AccessKeyId: 'AKIAPROGRAM', SecretAccessKey: 's' })
    writeFileSync(file, `[default]\ncredential_process = echo '${keys}'\n`)
    const source = open({ AWS_CONFIG_FILE: file })
    expect(await source.get()).toMatchObject({ accessKeyId: 'AKIAPROGRAM' })
    expect(source.name).toBe("the profile 'default' of the AWS files")
  })

  test('the endpoint of a container, with its token', async () => {
    const server = await httpServer((_, response) => json(response, 200, MACHINE_KEYS))
    const file = join(testFolder(), 'token')
    writeFileSync(file, 'p0d')
    const source = open({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIAMACHINE', expiration: new Date(LATER) })
    expect(source.name).toBe('the credentials endpoint of the container')
    expect(server.requests).toMatchObject([{ url: '/v1/credentials', headers: { authorization: 'p0d' } }])
  })

  test('the role of the machine', async () => {
    const { url } = await machine()
    const source = open({ AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: url })
    expect(await source.get()).toMatchObject({ accessKeyId: 'ASIAMACHINE' })
    expect(source.name).toBe('the role of the machine (instance metadata)')
  })

  test('before it was asked, only that it is the runner', () => {
    expect(open({}).name).toBe("the SDK's default chain")
  })
})

const NOTHING = "there are no key inputs, and the runner's environment, files and metadata service have none"
const GIVE_KEYS =
  "Give 'access_key_id' and 'secret_access_key', or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY on the runner."

describe('where there is nothing', () => {
  test('the line says what to give', async () => {
    await expect(open({}).get()).rejects.toThrow(new Failure(`No AWS credentials: ${NOTHING}. ${GIVE_KEYS}`))
  })

  test('the line names the profile that was asked for', async () => {
    await expect(open({ AWS_PROFILE: 'nowhere' }).get()).rejects.toThrow(
      "files (AWS_PROFILE is 'nowhere') and metadata",
    )
  })

  test('the line names the endpoint of a container that gives none', async () => {
    const server = await httpServer((_, response) => json(response, 404, {}))
    await expect(open({ AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url }).get()).rejects.toThrow(
      "No AWS credentials: there are no key inputs, and the runner's environment, files and the credentials endpoint of the container have none.",
    )
  }, 30_000)

  test('and a role is to be assumed, the line has the YAML for an OIDC token', async () => {
    await expect(open({}, { role: 'deploy' }).get()).rejects.toThrow(
      new Failure(
        `No AWS credentials to assume role 'deploy' with: ${NOTHING}, and the job may not ask GitHub for an OIDC token. Add to the job: 'permissions: { id-token: write, contents: read }' (a pull request from a fork never gets it).`,
      ),
    )
  })

  test('a metadata service that does not answer is asked twice and then left alone', async () => {
    const silent = await httpServer(() => undefined)
    const source = open({ AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: silent.url })
    await expect(source.get()).rejects.toThrow(/^No AWS credentials: /)
    expect(silent.requests).toHaveLength(2)
  })
})

describe('what does not work is told', () => {
  test('a web identity that STS refuses', async () => {
    const file = join(testFolder(), 'token')
    writeFileSync(file, 'x.y.z')
    const message = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`
    const sts = await httpServer((_, response) => response.writeHead(403, { 'content-type': 'text/xml' }).end(body))
    const source = open({
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
      AWS_ENDPOINT_URL_STS: sts.url,
    })
    await expect(source.get()).rejects.toThrow(/^AWS denies sts:AssumeRoleWithWebIdentity to this identity\. Add/)
  })

  test('a file of a web identity that is not there', async () => {
    const role = {
      AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent/token',
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
    }
    await expect(open(role).get()).rejects.toThrow(
      /^The AWS credentials of the runner cannot be loaded: ENOENT: no such file or directory, open '\/nonexistent\/token'$/,
    )
  })

  test.each([
    ['AWS_SECRET_ACCESS_KEY', { AWS_ACCESS_KEY_ID: 'AKIA' }],
    ['AWS_ACCESS_KEY_ID', { AWS_SECRET_ACCESS_KEY: 's' }],
  ])('half of the keys, where %s is empty', async (name, half) => {
    await expect(open(half).get()).rejects.toThrow(`and the runner's environment (${name} is empty), files and`)
  })

  test('a program that fails, in the debug log', async () => {
    const file = join(testFolder(), 'config')
    writeFileSync(file, '[default]\ncredential_process = sh -c "echo no >&2; exit 3"\n')
    const lines: string[] = []
    const source = open({ AWS_CONFIG_FILE: file }, { debug: (line) => lines.push(line) })
    await expect(source.get()).rejects.toThrow(/^No AWS credentials: /)
    expect(lines.join('\n')).toContain('Command failed: sh -c "echo no >&2; exit 3"')
  })

  test('the job that is cancelled meanwhile', async () => {
    const cancel = new AbortController()
    const reason = new Error('Cancelled')
    const silent = await httpServer(() => cancel.abort(reason))
    const endpoint = { AWS_CONTAINER_CREDENTIALS_FULL_URI: silent.url }
    await expect(open(endpoint, { signal: cancel.signal }).get()).rejects.toBe(reason)
  })
})

test('an endpoint of a container that takes connections and never answers does not hold the job', async () => {
  const silent = await httpServer(() => undefined)
  const source = open({ AWS_CONTAINER_CREDENTIALS_FULL_URI: silent.url }, { limit: 100 })
  await expect(source.get()).rejects.toThrow(
    new Failure(
      'The AWS credentials of the runner did not come within 0.1 s from the credentials endpoint of the container. Mend that, or give keys.',
    ),
  )
})
