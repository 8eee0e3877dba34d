import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob, type Job, leaks } from '../../packages/runner-harness/src/index.ts'
import { startPlace } from '../support/aws-places.ts'
import { type Authority, createAuthority } from '../support/certificates.ts'
import { startProxy } from '../support/proxy.ts'

let root: string
let authority: Authority
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'network-'))
  authority = createAuthority(root, 'authority of this test')
})
afterAll(() => rmSync(root, { recursive: true }))

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

const secrets = (job: Job) => [
  ecr.environment['AWS_SECRET_ACCESS_KEY'] ?? '',
  ...job.steps.flatMap((step) => step.masks),
]

async function loggedIn(job: Job, given: Record<string, string> = {}) {
  const step = await job.run('ecr-login', { with: given })
  expect(step.conclusion, step.log).toBe('success')
  await job.post()
  expect(leaks(job, secrets(job))).toEqual([])
  return step
}

async function errorIn(job: Job, given: Record<string, string> = {}) {
  const step = await job.run('ecr-login', { with: given })
  expect([step.conclusion, step.files.temp]).toEqual(['failure', []])
  expect(leaks(job, secrets(job))).toEqual([])
  return step.annotations.map(({ message }) => message)
}

/** AWS under its own names, by TLS: whatever arrives goes on to ecr-local, which verifies its signature. */
async function awsByTls(hosts: readonly string[]) {
  const { cert, key } = authority.issue('aws', hosts.map((host) => `DNS:${host}`).join(','))
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    const target = connect(Number(ecr.registry.split(':')[1]), '127.0.0.1')
    socket.pipe(target).pipe(socket)
    for (const each of [socket, target]) each.on('error', () => [socket.destroy(), target.destroy()])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const tunnels = Object.fromEntries(hosts.map((host) => [`${host}:443`, port]))
  return { tunnels, [Symbol.dispose]: () => void server.close() }
}

/** A machine without an endpoint of its own: the SDK names the hosts. */
function keysAlone(region: string): Record<string, string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = ecr.environment
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: region, NODE_EXTRA_CA_CERTS: authority.ca }
}

describe('AWS by its own names, through a proxy', () => {
  it.each([
    ['eu-central-1', {}, ['api.ecr.eu-central-1.amazonaws.com', 'sts.eu-central-1.amazonaws.com']],
    [
      'us-east-1',
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      ['api.ecr-fips.us-east-1.amazonaws.com', 'sts-fips.us-east-1.amazonaws.com'],
    ],
    ['eu-central-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, ['ecr.eu-central-1.api.aws', 'sts.eu-central-1.api.aws']],
    ['cn-north-1', {}, ['api.ecr.cn-north-1.amazonaws.com.cn', 'sts.cn-north-1.amazonaws.com.cn']],
    ['us-gov-west-1', {}, ['api.ecr.us-gov-west-1.amazonaws.com', 'sts.us-gov-west-1.amazonaws.com']],
  ])('in %s with %j it asks %j', async (region, variables, hosts) => {
    using aws = await awsByTls(hosts)
    await using proxy = await startProxy({ tunnels: aws.tunnels })
    const machine = { ...keysAlone(region), ...(variables as Record<string, string>), HTTPS_PROXY: proxy.url }
    await using job = await createJob({ machine })
    await loggedIn(job)
    expect([...new Set(proxy.requests)].sort()).toEqual(hosts.map((host) => `CONNECT ${host}:443`).sort())
  })

  it.each([
    [{}, 'api.ecr-public.us-east-1.amazonaws.com'],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'ecr-public.us-east-1.api.aws'],
  ])('for ECR Public with %j it asks %s', async (variables, host) => {
    await using proxy = await startProxy()
    const machine = { ...keysAlone('eu-central-1'), ...(variables as Record<string, string>), HTTPS_PROXY: proxy.url }
    await using job = await createJob({ machine })
    expect((await errorIn(job, { registries: 'public' })).at(-1)).toMatch(
      /^ecr-public:GetAuthorizationToken failed: AWS cannot be reached in region us-east-1 \(ERR_PROXY_TUNNEL/,
    )
    expect(proxy.requests).toContain(`CONNECT ${host}:443`)
  })

  it('with a password, which is never seen', async () => {
    using aws = await awsByTls(['api.ecr.eu-central-1.amazonaws.com', 'sts.eu-central-1.amazonaws.com'])
    await using proxy = await startProxy({ tunnels: aws.tunnels, credentials: 'me:proxy-pass' })
    await using job = await createJob({ machine: { ...keysAlone('eu-central-1'), https_proxy: proxy.url } })
    await loggedIn(job)
    expect(leaks(job, ['proxy-pass'])).toEqual([])
  })

  it('that does not let it through: the line says what the proxy answered', async () => {
    await using proxy = await startProxy({ credentials: 'me:proxy-pass' })
    const machine = { ...keysAlone('eu-central-1'), HTTPS_PROXY: proxy.url.replace('proxy-pass', 'other-pass') }
    await using job = await createJob({ machine })
    expect((await errorIn(job)).at(-1)).toBe(
      "ecr:GetAuthorizationToken failed: AWS cannot be reached in region eu-central-1 (ERR_PROXY_TUNNEL, the proxy answered 'HTTP/1.1 407 Proxy Authentication Required'). Check the region's name, the network and the proxy of the runner.",
    )
  })

  it('that is no URL', async () => {
    await using job = await createJob({ machine: { ...ecr.environment, HTTPS_PROXY: 'socks5://proxy.example:1080' } })
    expect(await errorIn(job)).toEqual([
      'HTTPS_PROXY must be the URL of an HTTP proxy like http://proxy.example:3128, but it has another format.',
    ])
  })
})

describe('a proxy for HTTP', () => {
  it('is used, and left out where NO_PROXY says so', async () => {
    const port = Number(new URL(ecr.endpoint).port)
    await using proxy = await startProxy({ hosts: { 'aws.localhost': port } })
    const named = { AWS_ENDPOINT_URL_ECR: 'http://aws.localhost', AWS_ENDPOINT_URL_STS: 'http://aws.localhost' }
    await using job = await createJob({ machine: { ...ecr.environment, ...named, HTTP_PROXY: proxy.url } })
    await loggedIn(job)
    expect(new Set(proxy.requests)).toEqual(new Set(['POST http://aws.localhost/']))
    await using direct = await createJob({
      machine: {
        ...ecr.environment,
        ...named,
        HTTP_PROXY: proxy.url,
        NO_PROXY: 'a.example, localhost',
        AWS_MAX_ATTEMPTS: '1',
      },
    })
    expect((await errorIn(direct)).at(-1)).toMatch(
      /^ecr:GetAuthorizationToken failed: AWS cannot be reached .* \(E[A-Z_]+\)/,
    )
  })

  it('is never used for this machine itself', async () => {
    await using job = await createJob({ machine: { ...ecr.environment, HTTP_PROXY: 'http://127.0.0.1:1' } })
    await loggedIn(job)
  })

  it('is not used for the metadata service of the machine', async () => {
    await using proxy = await startProxy()
    await using silent = await startPlace((_, response) => response.writeHead(404).end())
    const machine = { ...ecr.environment, AWS_EC2_METADATA_SERVICE_ENDPOINT: silent.url }
    const noKeys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
    await using job = await createJob({ machine: { ...machine, ...noKeys, HTTP_PROXY: proxy.url } })
    await errorIn(job)
    expect([proxy.requests, silent.requests.length > 0]).toEqual([[], true])
  })
})

describe('AWS that does not answer as it should', () => {
  it('STS out of reach leaves the identity unknown', async () => {
    await using job = await createJob({ machine: { ...ecr.environment, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' } })
    const step = await loggedIn(job)
    expect(step.outputs).toMatchObject({ registry: ecr.registry, account_id: '' })
    expect(step.log).toContain(
      'AWS identity: unknown, because AWS STS does not answer in eu-central-1; credentials from the environment',
    )
    expect((await errorIn(job, { account_id: ecr.account })).at(-1)).toMatch(
      /cannot be checked, because AWS STS does not/,
    )
  })

  it('STS that refuses to say who it is leaves the identity unknown', async () => {
    const message =
      'User: x is not authorized to perform: sts:GetCallerIdentity because no VPC endpoint policy allows it'
    ecr.addFault({ operation: 'GetCallerIdentity', error: 'AccessDeniedException', message })
    await using job = await createJob({ machine: ecr.environment })
    const step = await loggedIn(job)
    expect(step.log).toContain(`AWS identity: unknown, because AWS STS denies the query (${message}); credentials from`)
    expect((await errorIn(job, { account_id: ecr.account })).at(-1)).toMatch(
      /cannot be checked, because AWS STS denies the query .* allow sts:GetCallerIdentity .* or leave out 'account_id'\.$/,
    )
  })

  it('ECR out of reach is one line', async () => {
    await using job = await createJob({ machine: { ...ecr.environment, AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:1' } })
    expect((await errorIn(job)).at(-1)).toMatch(
      /^ecr:GetAuthorizationToken failed: AWS cannot be reached .*ECONNREFUSED/,
    )
  })

  it('a server with a certificate that nobody knows is one line', async () => {
    const { cert, key } = authority.issue('other', 'IP:127.0.0.1')
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    await using job = await createJob({ machine: { ...ecr.environment, AWS_ENDPOINT_URL_ECR: endpoint } })
    expect((await errorIn(job)).at(-1)).toMatch(
      /is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. .* NODE_EXTRA_CA_CERTS/,
    )
    server.close()
  })

  it('throttling and breaking connections are outlived', async () => {
    ecr.addFault({ operation: '*', error: 'ThrottlingException', times: 2 })
    ecr.addFault({ operation: 'GetAuthorizationToken', connection: 'reset', skip: 2, times: 1 })
    await using job = await createJob({ machine: ecr.environment })
    await loggedIn(job)
    expect(ecr.calls.filter(({ status }) => status !== 200).length).toBeGreaterThanOrEqual(2)
  })

  it('throttling without end is one line', async () => {
    ecr.addFault({ operation: 'GetAuthorizationToken', error: 'ThrottlingException' })
    await using job = await createJob({ machine: { ...ecr.environment, AWS_MAX_ATTEMPTS: '3' } })
    expect((await errorIn(job)).at(-1)).toBe(
      'AWS still throttles ecr:GetAuthorizationToken in eu-central-1 after all retries (Rate exceeded). Run fewer jobs at the same time, or request a higher quota from AWS.',
    )
    expect(ecr.calls.filter(({ operation }) => operation === 'GetAuthorizationToken')).toHaveLength(3)
  })

  it.each([
    [
      'ServerException',
      /^ecr:GetAuthorizationToken failed with an AWS server error in eu-central-1, .*: Internal error\. Run the job again\.$/,
    ],
    ['InvalidParameterException', /^ecr:GetAuthorizationToken failed in eu-central-1: InvalidParameterException: /],
    ['UnrecognizedClientException', /^AWS does not know the access key from the environment variables /],
    ['InvalidSignatureException', /^AWS refuses the secret access key from the environment variables /],
    [
      'IncompleteSignatureException',
      /^ecr:GetAuthorizationToken failed in eu-central-1: IncompleteSignatureException: /,
    ],
    ['MissingAuthenticationTokenException', /^AWS got no credentials from the environment variables /],
    ['ExpiredTokenException', /^The AWS session from the environment variables .* has expired\./],
    ['TooManyRequestsException', /^AWS still throttles ecr:GetAuthorizationToken /],
    ['SomethingNew', /^ecr:GetAuthorizationToken failed in eu-central-1: SomethingNew: SomethingNew\.$/],
  ])('%s is one line', async (error, line) => {
    ecr.addFault({ operation: 'GetAuthorizationToken', error })
    await using job = await createJob({ machine: { ...ecr.environment, AWS_MAX_ATTEMPTS: '1' } })
    expect(await errorIn(job)).toEqual([expect.stringMatching(line)])
  })

  it('a denied login has the statement to add', async () => {
    ecr.addFault({ operation: 'GetAuthorizationToken', error: 'AccessDeniedException' })
    await using job = await createJob({ machine: ecr.environment })
    expect((await errorIn(job)).at(-1)).toBe(
      'AWS denies ecr:GetAuthorizationToken to arn:aws:iam::123456789012:user/ecr-local. Add this statement to its IAM policy: {"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}',
    )
  })
})

it("a step that fails on its inputs loads nothing of AWS's SDK, and one that asks AWS does", async () => {
  const chunks = async (given: Record<string, string>) => {
    await using job = await createJob({ machine: ecr.environment })
    const coverage = join(job.folders.root, 'coverage')
    await job.run('ecr-login', { with: given, env: { NODE_V8_COVERAGE: coverage } })
    const scripts = readdirSync(coverage).flatMap(
      (name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')).result,
    )
    return scripts.map(({ url }) => /ecr-login\/dist\/(.*)$/.exec(url)?.[1]).filter((name) => name !== undefined)
  }
  expect(await chunks({ registries: 'ghcr.io' })).toEqual(['index.js'])
  const [main, ...late] = (await chunks({})).sort().reverse()
  expect(main).toBe('index.js')
  expect(late).toContain('aws-sdk.js')
  for (const name of late) expect(name).toMatch(/^aws-sdk(?:-[\w-]+)?\.js$/)
})
