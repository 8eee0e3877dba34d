import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareCustom } from '../../../packages/docker-engine/src/custom.ts'
import { needEngine } from '../../../packages/docker-engine/src/needed.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { aliasOf } from '../../../packages/ecr-local/src/model/public-registry.ts'
import { createJob, leaks } from '../../../packages/runner-harness/src/index.ts'
import { runCommands } from '../../../packages/runner-harness/src/later-step.ts'
import { secretsOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { AWS, awsCli } from '../../support/aws-cli.ts'
import { needProgram, runProgram } from '../../support/client-programs.ts'
import { startProxy } from '../../support/proxy.ts'

const HOST = 'public.ecr.aws'
const EAST = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' }

describe.each(['bookworm', 'sid'] as const)('ecr-login to ECR Public, on the engine of %s', (kind) => {
  needEngine(kind)
  needProgram(AWS, 'clients.sh')
  let ecr: EcrLocal
  let proxy: Awaited<ReturnType<typeof startProxy>>

  beforeAll(async () => {
    ecr = await startEcrLocal()
    const port = Number(new URL(ecr.endpoint).port)
    // It makes the name lead here, as the world's name servers make it lead to AWS. There is no TLS behind the tunnel,
    // which tells the engine to take HTTP for a registry that need not be secure.
    proxy = await startProxy({ hosts: { [HOST]: port }, tunnels: { [`${HOST}:443`]: port } })
    await awsCli(ecr, EAST).json('ecr-public', 'create-repository', '--repository-name', 'app')
  })
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]()
    await ecr.close()
  })

  it('docker pushes as the account, and pulls as anybody', async () => {
    const reach = ['/usr/bin/env', `HTTP_PROXY=${proxy.url}`, `HTTPS_PROXY=${proxy.url}`, 'NO_PROXY=']
    await using prepared = prepareCustom({ kind, wrapper: reach, args: ['--insecure-registry', HOST] })
    await using engine = prepared.start()
    while ((await runProgram('docker', ['version'], { env: engine.env })).code !== 0) {
      const end = engine.ended()
      if (end !== undefined) throw new Error(`dockerd ended before it was ready: ${end}`)
      await sleep(100)
    }
    const image = `${HOST}/${aliasOf(ecr.account)}/app:1`
    const workspace = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }
    await using job = await createJob({ machine: { ...engine.env, ...ecr.environment }, workspace })
    const refused = await runCommands(job, [
      ['docker', 'build', '--tag', image, '.'],
      ['docker', 'push', image],
    ])
    expect([refused.conclusion, refused.log]).toEqual([
      'failure',
      expect.stringContaining('is not authorized to perform: ecr-public:InitiateLayerUpload on'),
    ])

    const login = await job.run('ecr-login', { with: { registries: 'public' } })
    expect(login.outputs, login.log).toMatchObject({ registry: HOST, account_id: ecr.account })
    const pushed = await runCommands(job, [
      ['docker', 'push', image],
      ['docker', 'rmi', image],
      ['docker', 'pull', image],
    ])
    expect(pushed.conclusion, pushed.log).toBe('success')
    await job.post()
    expect(leaks(job, secretsOf(ecr, job))).toEqual([])
    const anybody = await runCommands(job, [
      ['docker', 'rmi', image],
      ['docker', 'pull', image],
    ])
    expect(anybody.conclusion, anybody.log).toBe('success')
    const asked = ecr.calls.filter(({ service }) => service === 'ecr-public').map(({ operation }) => operation)
    expect(asked).toEqual(['CreateRepository', 'GetAuthorizationToken'])
    expect(proxy.requests.filter((request) => !request.includes(HOST))).toEqual([])
  })
})
