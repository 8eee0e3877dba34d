import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { testFolder } from '../../packages/core/test/support/folder.ts'
import {
  type Downloads,
  downloads,
  type FakeContainer,
  fakeContainer,
  LIST,
  organisation,
  REGISTER,
  releaseList,
} from '../../packages/stand-ins/src/runner-image.ts'
import { archiveOf, type RunnerArchive } from '../../packages/stand-ins/src/runner-stub.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

let folder: string
let archive: RunnerArchive
beforeEach(() => {
  folder = testFolder()
  archive = archiveOf('2.335.0', folder)
})

const OLD = { version: '2.333.0', builtDaysAgo: 40 }

const github = (server: Downloads) =>
  organisation(() => ({
    body: releaseList('2.335.0', 3, { ...archive, url: server.url }),
    headers: { etag: 'W/"1"' },
  }))

const ran = (container: FakeContainer) =>
  container
    .log()
    .filter((line) => line.startsWith('run '))
    .map((line) => line.split(' ')[1])

describe('an update that failed', () => {
  it('is not tried at every start, but after a while', async () => {
    await using server = await downloads(archive, 0.5)
    await using api = await github(server)
    const container = fakeContainer(folder, api, OLD)
    for (const _ of [1, 2, 3]) expect((await container.start().ended).status).toBe(0)
    expect(server.requests).toHaveLength(1)
    const pause = join(container.folder, 'cache/update-again-at')
    expect(Number(readFileSync(pause, 'utf8'))).toBeGreaterThan(Date.now())
    // Of the past, and of a clock that was wrong.
    for (const until of ['1', '9999999999999']) {
      writeFileSync(pause, until)
      expect((await container.start().ended).status).toBe(0)
    }
    expect(server.requests).toHaveLength(3)
    expect(ran(container)).toEqual(Array(5).fill('2.333.0'))
  })

  it.runIf(process.getuid?.() === 0)(
    'on a full disk leaves the archive for the next try, and nothing else',
    async () => {
      await using server = await downloads(archive)
      await using api = await github(server)
      const container = fakeContainer(folder, api, OLD)
      const versions = join(container.runner, 'versions')
      const unmount = mountSmallDisk(versions, '100k')
      try {
        const { status, said } = await container.start().ended
        expect(said).toMatch(
          /warning: The update failed, and 2\.333\.0 starts: .* tar ended with 2\. .*No space left on device/,
        )
        expect(status).toBe(0)
        expect(readdirSync(versions)).toEqual([])
      } finally {
        unmount()
      }
      rmSync(join(container.folder, 'cache/update-again-at'))
      expect((await container.start().ended).status).toBe(0)
      expect(ran(container)).toEqual(['2.333.0', '2.335.0'])
      expect(server.requests).toHaveLength(1)
    },
  )

  it('where nothing can be written into the cache says so', async () => {
    await using server = await downloads(archive)
    await using api = await github(server)
    const container = fakeContainer(folder, api, OLD)
    const RUNNER_CACHE_FOLDER = join(container.folder, 'log')
    const { status, said } = await container.start({ RUNNER_CACHE_FOLDER }).ended
    expect(said).toContain(`warning: The update failed, and 2.333.0 starts: EEXIST: file already exists, mkdir`)
    expect(status).toBe(0)
    expect(ran(container)).toEqual(['2.333.0'])
    expect(api.calls).toEqual([LIST, LIST, REGISTER])
  })
})

it('a later update takes the place of an earlier one', async () => {
  const container = fakeContainer(folder, { url: '' }, OLD)
  for (const version of ['2.335.0', '2.336.0']) {
    archive = archiveOf(version, folder)
    await using server = await downloads(archive)
    await using api = await organisation(() => ({ body: releaseList(version, 3, { ...archive, url: server.url }) }))
    const env = { GITHUB_API_URL: api.url, RUNNER_CHECK_AGAIN: '0', RUNNER_CHECK_AFTER_DAYS: '0' }
    const { status, said } = await container.start(env).ended
    expect(status, said).toBe(0)
  }
  expect(ran(container)).toEqual(['2.335.0', '2.336.0'])
  expect(readdirSync(join(container.runner, 'versions')).sort()).toEqual(['2.336.0', 'current'])
})

it('SIGTERM while an update is downloaded ends the start, and leaves no half of it', async () => {
  // A server that sends a half and waits.
  await using server = await downloads(archive, 0.5, true)
  await using api = await github(server)
  const container = fakeContainer(folder, api, OLD)
  const start = container.start()
  const cache = join(container.folder, 'cache')
  await expect.poll(() => existsSync(cache) && readdirSync(cache).length, { timeout: 10_000 }).toBeGreaterThan(2)
  start.process.kill('SIGTERM')
  const { status, said } = await start.ended
  expect(status, said).toBe(143)
  expect(said).toContain('Ended by SIGTERM.')
  expect(readdirSync(cache).filter((name) => name.startsWith('actions-runner'))).toEqual([])
  expect(api.calls).toEqual([LIST, LIST])
  expect(container.log()).toEqual([])
})
