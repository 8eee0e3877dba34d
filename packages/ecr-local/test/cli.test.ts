import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CLI, startProcess } from '../src/child-process.ts'
import { ecrClient, stsClient } from './support/clients.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecr-local-cli-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** For runs that end by themselves. */
async function output(...options: string[]) {
  const child = spawn(process.execPath, [CLI, ...options], { env: { ...process.env, TMPDIR: folder }, stdio: 'pipe' })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      text[name] += chunk
    })
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...text }
}

test.for(['SIGTERM', 'SIGINT'] as const)('prints one line, serves, and ends on %s leaving nothing', async (signal) => {
  const server = await startProcess(['--port', '0', '--account', '111122223333', '--region', 'us-east-1'], {
    TMPDIR: folder,
  })
  const { started } = server
  expect(started).toMatchObject({ account: '111122223333', region: 'us-east-1' })
  expect(started.endpoint).toBe(`http://${started.registry}`)
  expect(started.environment).toEqual({
    AWS_ENDPOINT_URL_ECR: started.endpoint,
    AWS_ENDPOINT_URL_ECR_PUBLIC: started.endpoint,
    AWS_ENDPOINT_URL_STS: started.endpoint,
    AWS_ACCESS_KEY_ID: 'ECRLOCAL111122223333',
    AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^\S{40}$/),
    AWS_REGION: 'us-east-1',
  })
  expect(await readdir(folder)).toHaveLength(1)
  expect((await stsClient(started).send(new GetCallerIdentityCommand({}))).Account).toBe('111122223333')
  expect(await server.stop(signal)).toEqual([0, null])
  expect(await readdir(folder)).toEqual([])
})

test('keeps the folder that it was given', async () => {
  const data = join(folder, 'data')
  const server = await startProcess(['--data', data])
  await server.stop()
  expect(existsSync(data)).toBe(true)
  await rm(data, { recursive: true })
})

test('options reach the server', async () => {
  const fault = { operation: 'CreateRepository', error: 'ThrottlingException', times: 1 }
  const server = await startProcess(['--fault', JSON.stringify(fault), '--token-ttl', '60', '--strict'])
  try {
    const create = () => ecrClient(server.started).send(new CreateRepositoryCommand({ repositoryName: 'app' }))
    await expect(create()).rejects.toMatchObject({ name: 'ThrottlingException' })
    await create()
  } finally {
    await server.stop()
  }
})

test.each([
  ['127.0.0.2', false],
  ['0.0.0.0', true],
])('on %s it warns: %s', async (host, warns) => {
  const child = spawn(process.execPath, [CLI, '--host', host], { stdio: ['ignore', 'pipe', 'pipe'] })
  let warning = ''
  child.stderr.on('data', (text) => {
    warning += text
  })
  await once(child.stdout, 'data')
  child.kill()
  await once(child, 'close')
  expect(warning !== '').toBe(warns)
  if (warns) expect(warning).toMatch(/^ecr-local: it listens on 0\.0\.0\.0: anyone who can reach this address .*\n$/)
})

test('--help explains and ends', async () => {
  const { code, stdout } = await output('--help')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ecr-local: .+\n\nUsage: ecr-local /)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test.for<[string[], RegExp]>([
  [['--prot', '1'], /'--prot'/],
  [['--port', 'x'], /The port must be a number from 0 to 65535; it is 'NaN'\./],
  [['--port', ''], /The port must be/],
  [['--account', '1'], /The account must be twelve digits; it is '1'\./],
  [['--region', '../x'], /The region must be a region such as eu-central-1; it is '\.\.\/x'\./],
  [['--fault', 'PutImage'], /--fault takes JSON/],
  [['--fault', '{"operation":"PutImage"}'], /needs one of/],
])('%j is refused in words', async ([options, words]) => {
  const { code, stderr } = await output(...options)
  expect(code).toBe(1)
  expect(stderr).toMatch(words)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(await readdir(folder)).toEqual([])
})

test('a port that is taken is an error, and leaves nothing', async () => {
  const server = await startProcess([], { TMPDIR: folder })
  const taken = await output('--port', String(new URL(server.started.endpoint).port))
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('EADDRINUSE')])
  await server.stop()
  expect(await readdir(folder)).toEqual([])
})
