import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { afterAll, expect, test, vi } from 'vitest'
import { startProcess } from '../src/child-process.ts'
import { startEcrLocal } from '../src/index.ts'
import { lockFolder } from '../src/store/folder-lock.ts'
import { ecrClient } from './support/clients.ts'

vi.setConfig({ testTimeout: 120_000 })

const root = await mkdtemp(join(tmpdir(), 'ecr-local-lock-'))
afterAll(() => rm(root, { recursive: true }))

async function folderWith(owner?: object, age = 0): Promise<string> {
  const folder = await mkdtemp(join(root, 'data-'))
  if (owner === undefined) return folder
  await writeFile(join(folder, 'lock'), JSON.stringify(owner))
  const then = new Date(Date.now() - age)
  await utimes(join(folder, 'lock'), then, then)
  return folder
}

const GONE = { id: 'x', host: hostname(), pid: 2 ** 22 + 1, started: '1' }

test('a second server on the same folder does not start, and the first goes on', async () => {
  const dataDir = await folderWith()
  {
    await using first = await startEcrLocal({ dataDir })
    await expect(startEcrLocal({ dataDir })).rejects.toThrow(
      `The folder ${dataDir} is in use by process ${process.pid} on ${hostname()}. `,
    )
    await ecrClient(first).send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  }
  expect(await readdir(dataDir)).not.toContain('lock')
  await using again = await startEcrLocal({ dataDir })
  expect((await ecrClient(again).send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(1)
})

test('a server that was killed holds no folder', async () => {
  const dataDir = await folderWith()
  const { child } = await startProcess(['--data', dataDir])
  await expect(startEcrLocal({ dataDir })).rejects.toThrow(`is in use by process ${child.pid}`)
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
  await using server = await startEcrLocal({ dataDir })
  expect(server.calls).toEqual([])
})

test.each([
  ['a process that is gone', GONE, 0],
  ['another process with the same number', { ...GONE, pid: process.pid }, 0],
  ['another machine that has been silent', { ...GONE, host: 'elsewhere' }, 31_000],
  ['nobody', {}, 31_000],
])('a lock of %s is taken over', async (_, owner, age) => {
  const folder = await folderWith(owner, age)
  await using _lock = await lockFolder(folder)
  expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid })
})

test('a file that is cut short is taken over', async () => {
  const folder = await folderWith()
  await writeFile(join(folder, 'lock'), '{"id":')
  await using _lock = await lockFolder(folder)
  expect(await readdir(folder)).toEqual(['lock'])
})

test('a lock of another machine that is at work is left alone', async () => {
  const folder = await folderWith({ ...GONE, host: 'elsewhere' }, 10_000)
  await expect(lockFolder(folder)).rejects.toThrow('is in use by process 4194305 on elsewhere')
  expect(await readdir(folder)).toEqual(['lock'])
})

test('of many that find a stale lock at once, one gets the folder', async () => {
  for (let round = 0; round < 20; round++) {
    const folder = await folderWith(GONE)
    const locks = await Promise.allSettled(Array.from({ length: 16 }, () => lockFolder(folder)))
    const held = locks.filter(({ status }) => status === 'fulfilled')
    expect(held).toHaveLength(1)
    for (const lock of locks) if (lock.status === 'fulfilled') await lock.value[Symbol.asyncDispose]()
    expect(await readdir(folder)).toEqual([])
  }
})

test('a folder that cannot be written is told by its name', async () => {
  const file = join(root, 'file')
  await writeFile(file, '')
  await expect(startEcrLocal({ dataDir: join(file, 'data') })).rejects.toThrow(file)
  await mkdir(join(root, 'empty'))
})
