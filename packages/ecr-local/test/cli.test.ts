import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const CLI = join(import.meta.dirname, '../src/cli.ts')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecr-local-cli-'))
})

afterAll(() => rm(folder, { recursive: true }))

const run = (...options: string[]) =>
  spawn(process.execPath, [CLI, ...options], { env: { ...process.env, TMPDIR: folder }, stdio: 'pipe' })

async function output(child: ReturnType<typeof run>) {
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [code] = (await once(child, 'close')) as [number]
  return { code, stdout, stderr }
}

test.for(['SIGTERM', 'SIGINT'] as const)('prints one line, serves, and ends on %s leaving nothing', async (signal) => {
  const child = run('--port', '0', '--account', '111122223333', '--region', 'us-east-1')
  const lines = createInterface(child.stdout)
  const [line] = (await once(lines, 'line')) as [string]
  const started = JSON.parse(line) as { endpoint: string; environment: Record<string, string> }
  expect(started).toMatchObject({ account: '111122223333', region: 'us-east-1' })
  expect(started.environment).toEqual({
    AWS_ENDPOINT_URL_ECR: started.endpoint,
    AWS_ENDPOINT_URL_STS: started.endpoint,
    AWS_ACCESS_KEY_ID: 'ECRLOCAL111122223333',
    AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^\S{40}$/),
    AWS_REGION: 'us-east-1',
  })
  expect(await readdir(folder)).toHaveLength(1)
  const credentials = {
    accessKeyId: String(started.environment['AWS_ACCESS_KEY_ID']),
    secretAccessKey: String(started.environment['AWS_SECRET_ACCESS_KEY']),
  }
  const sts = new STSClient({ endpoint: started.endpoint, region: 'us-east-1', credentials })
  expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('111122223333')
  child.kill(signal)
  expect(await once(child, 'close')).toEqual([0, null])
  expect(await readdir(folder)).toEqual([])
})

test('keeps the folder that it was given', async () => {
  const data = join(folder, 'data')
  const child = run('--data', data)
  await once(createInterface(child.stdout), 'line')
  child.kill()
  await once(child, 'close')
  expect(existsSync(data)).toBe(true)
  await rm(data, { recursive: true })
})

test('--help explains and ends', async () => {
  const { code, stdout } = await output(run('--help'))
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ecr-local: .+\n\nUsage: ecr-local /)
})

test.for([
  [['--prot', '1'], /'--prot'/],
  [['--port', 'x'], /The port must be/],
  [['--account', '1'], /The account must be twelve digits; it is '1'\./],
] as const)('%j is refused in words', async ([options, words]) => {
  const { code, stderr } = await output(run(...options))
  expect(code).toBe(1)
  expect(stderr).toMatch(words)
})
