import { createServer } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { ECR } from '@aws-sdk/client-ecr'
import { afterEach, expect, test, vi } from 'vitest'
import { awsFailure } from '../src/aws/failure.ts'
import { type AwsHttp, awsHttp } from '../src/aws/http.ts'
import { stsOf } from '../src/aws/sts.ts'
import { oidcToken } from '../src/credentials/oidc.ts'
import { daemonAgent } from '../src/docker-daemon/connection.ts'
import { askDaemon } from '../src/docker-daemon/ping.ts'
import { registryManifests } from '../src/ecr/registry-manifests.ts'
import { githubApi } from '../src/github/api.ts'
import { webOf } from '../src/http/web.ts'
import { stubAws } from './support/aws.ts'
import { badServer, MISBEHAVIOURS, type Misbehaviour } from './support/bad-server.ts'

afterEach(() => vi.unstubAllEnvs())

const FOREVER = new AbortController().signal
const KEYS = { accessKeyId: 'AKIA', secretAccessKey: 'secret' }
const REGION = 'eu-central-1'
const TIME = 150
const SIZE = 256 * 1024

/** More than the buffers of a loopback connection hold, and far less than what an endless answer would come to. */
const FLOOD = 64 * 1024 * 1024

const call = (action: string) => ({ action, region: REGION, source: 'a test' })

async function lineOf(action: string, work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    throw awsFailure(error, call(action))
  })
}

/** Every client of every action, each with a request to `url`. */
const CLIENTS: Readonly<Record<string, (url: string, http: AwsHttp) => Promise<unknown>>> = {
  'ECR, by the SDK': (endpoint, http) => {
    const ecr = new ECR({ endpoint, region: REGION, credentials: KEYS, maxAttempts: 2, requestHandler: http })
    return lineOf('ecr:DescribeRepositories', ecr.describeRepositories({}))
  },
  'STS, by the SDK': (endpoint, http) => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', endpoint)
    const sts = stsOf({ region: REGION, http, maxAttempts: 1, signal: FOREVER })
    return lineOf('sts:GetCallerIdentity', sts.callerIdentity(KEYS))
  },
  "GitHub's OIDC tokens": (url, http) => oidcToken({ url, token: 'x' }, undefined, http, FOREVER),
  'a registry': (endpoint, http) => {
    const repository = { registry: new URL(endpoint).host, name: 'app', uri: `${new URL(endpoint).host}/app` }
    return registryManifests({ token: 'x', endpoint } as never, http, FOREVER).manifest(repository as never, {
      tag: 'v1',
    })
  },
  "GitHub's API": (url) => githubApi({ token: 'x', web: webOf({}), signal: FOREVER, timeout: TIME }).get(`${url}/x`),
  'releases of the runner': (url) => webOf({}).request({ url, signal: FOREVER, timeout: TIME }),
  'the Docker daemon': (url) => {
    const endpoint = {
      address: { kind: 'tcp', host: '127.0.0.1', port: Number(new URL(url).port), basePath: '' },
      url,
      source: 'host',
      context: 'default',
    } as const
    const agent = daemonAgent(endpoint, {}, FOREVER)
    return askDaemon(endpoint, agent, '/info', AbortSignal.timeout(TIME)).finally(() => agent.destroy())
  },
}

async function givesUp(misbehave: Misbehaviour, client: (url: string, http: AwsHttp) => Promise<unknown>) {
  const server = await badServer(misbehave)
  const http = awsHttp({}, { connect: TIME, total: TIME, size: SIZE })
  const error: Error = await client(server.url, http).then(
    () => expect.unreachable(),
    (reason) => reason,
  )
  expect(error.message).toMatch(/^[^\n]{5,}$/)
  await server.deserted()
  expect(server.sent()).toBeLessThan(FLOOD)
  expect(server.requests()).toBeLessThanOrEqual(4)
}

test.each(Object.entries(MISBEHAVIOURS))('a server that %s is given up by every client', async (_name, misbehave) => {
  stubAws({})
  const outcomes = await Promise.allSettled(Object.values(CLIENTS).map((client) => givesUp(misbehave, client)))
  const clients = Object.keys(CLIENTS)
  expect(outcomes.map(({ status }, index) => [clients[index], status])).toEqual(
    clients.map((client) => [client, 'fulfilled']),
  )
})

test.each([
  ['says nothing', 'no complete answer within 0.15 s', 2],
  ['stops in the middle of the body', 'no complete answer within 0.15 s', 2],
  ['never comes to the end of the body', `the answer has more than ${SIZE} bytes`, 1],
] as const)('AWS that %s is one line with the limit', async (name, limit, requests) => {
  stubAws({})
  const server = await badServer(MISBEHAVIOURS[name])
  const http = awsHttp({}, { connect: TIME, total: TIME, size: SIZE })
  const asked = CLIENTS['ECR, by the SDK']?.(server.url, http)
  await expect(asked).rejects.toThrow(
    new RegExp(
      `^ecr:DescribeRepositories failed: AWS cannot be reached in region eu-central-1 \\(E\\w+, ${limit}\\)\\. `,
    ),
  )
  expect(server.requests()).toBe(requests)
})

test.each(['says nothing', 'stops in the middle of the body', 'breaks off'] as const)(
  'a download from a server that %s ends',
  async (name) => {
    const server = await badServer(MISBEHAVIOURS[name])
    const downloaded = async () => {
      const { body } = await webOf({}).download({ url: server.url, signal: FOREVER, timeout: TIME })
      await pipeline(body, async (parts) => {
        for await (const _ of parts);
      })
    }
    await expect(downloaded()).rejects.toThrow(/within 0\.15 s|aborted/)
    await server.deserted()
  },
)

test.each(['http', 'https'])('a proxy that says nothing is given up for %s', async (scheme) => {
  const server = await new Promise<ReturnType<typeof createServer>>((listening) => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1', () => listening(silent))
  })
  const { port } = server.address() as { port: number }
  const proxy = `http://127.0.0.1:${port}`
  const http = awsHttp({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy }, { connect: TIME, total: 2 * TIME })
  const url = new URL(`${scheme}://aws.test/`)
  await expect(http.exchange({ method: 'GET', url, headers: {} }, FOREVER)).rejects.toThrow(/within 0\.15|within 0\.3/)
  await new Promise((closed) => server.close(closed))
})
