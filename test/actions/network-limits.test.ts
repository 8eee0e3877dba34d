import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { createJob } from '../../packages/runner-harness/src/index.ts'

let ecr: EcrLocal
beforeEach(async () => {
  ecr = await startEcrLocal()
})
afterEach(() => ecr.close())

/** A server whose every answer stops in the middle of its body, but for those that a daemon gives to a ping. */
async function stalled() {
  const open = new Set<object>()
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/_ping') response.writeHead(200, { 'api-version': '1.41', ostype: 'linux' }).end('OK')
    else response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 }).write('{"a":')
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    [Symbol.dispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const ECR_LINE = /AWS cannot be reached in region eu-central-1 \(ETIMEDOUT, no complete answer within 30 s\)/

it('an answer that stops in its middle holds no action', { timeout: 180_000 }, async () => {
  using server = await stalled()
  const url = `http://${server.host}`
  const aws = { ...ecr.environment, AWS_ENDPOINT_URL_ECR: url, AWS_MAX_ATTEMPTS: '1' }
  const github = { ...ecr.environment, HTTPS_PROXY: url }
  const cases = [
    ['ecr-login', aws, {}, ECR_LINE],
    ['ecr-repository', aws, { repo: 'app' }, ECR_LINE],
    [
      'ecr-push',
      { ...aws, DOCKER_HOST: `tcp://${server.host}` },
      { repo: 'app', tags: 'v1', dry_run: 'true' },
      ECR_LINE,
    ],
    [
      'ecr-login',
      { AWS_REGION: 'eu-central-1', AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials` },
      {},
      /within 20 s.*credentials endpoint of the container|credentials endpoint of the container.*within 20 s/,
    ],
    ['runner-version', github, { installed: '2.331.0' }, /cannot be reached: no complete answer within 5 s/],
    [
      'docker-ready',
      ecr.environment,
      { host: `tcp://${server.host}`, timeout: '5s' },
      /answers a ping and not what is asked after it/,
    ],
  ] as const
  const logs = cases.map(async ([action, machine, given]) => {
    await using job = await createJob({
      machine,
      apiUrl: url,
      workspace: { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' },
    })
    return (await job.run(action, { with: given })).log
  })
  for (const [index, [action, , , line]] of cases.entries()) expect(await logs[index], action).toMatch(line)
  await expect.poll(() => server.open.size).toBe(0)
})
