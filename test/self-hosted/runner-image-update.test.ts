import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { testFolder } from '../../packages/core/test/support/folder.ts'
import type { Reply } from '../../packages/stand-ins/src/github-api.ts'
import {
  downloads,
  type FakeContainer,
  fakeContainer,
  LIST,
  organisation,
  REGISTER,
  releaseList,
} from '../../packages/stand-ins/src/runner-image.ts'
import { archiveOf, type RunnerArchive } from '../../packages/stand-ins/src/runner-stub.ts'

let folder: string
let archive: RunnerArchive
beforeEach(() => {
  folder = testFolder()
  archive = archiveOf('2.335.0', folder)
})

const OLD = { version: '2.333.0', builtDaysAgo: 40 }

/** What ran at last, and that no file is left of an update that did not end. */
function ran(container: FakeContainer): string | undefined {
  const cache = join(container.folder, 'cache')
  const left = [cache, join(container.runner, 'versions')].flatMap((each) =>
    existsSync(each) ? readdirSync(each) : [],
  )
  expect(left.filter((name) => /part|link|lock|gz\./.test(name))).toEqual([])
  return container
    .log()
    .findLast((line) => line.startsWith('run '))
    ?.split(' ')[1]
}

describe('a stale image', () => {
  it('is updated beside itself with a verified archive, once', async () => {
    await using server = await downloads(archive)
    await using github = await organisation(() => ({
      body: releaseList('2.335.0', 3, { ...archive, url: server.url }),
      headers: { etag: 'W/"1"' },
    }))
    const container = fakeContainer(folder, github, OLD)
    const first = await container.start().ended
    expect(first.status, first.said).toBe(0)
    expect(first.said).toContain('The runner 2.333.0 is updated to 2.335.0.')
    expect(ran(container)).toBe('2.335.0')
    expect(readFileSync(join(container.runner, 'version'), 'utf8')).toBe('2.333.0')
    expect(realpathSync(join(container.runner, 'versions/current'))).toBe(join(container.runner, 'versions/2.335.0'))

    expect((await container.start().ended).status).toBe(0)
    expect(container.log().filter((line) => line.startsWith('run 2.335.0'))).toHaveLength(2)
    expect(server.requests).toHaveLength(1)
    expect(github.calls).toEqual([LIST, LIST, REGISTER, REGISTER])
  })

  it('is asked for once by containers that share a cache, when it is fresh after all', async () => {
    await using github = await organisation(() => ({ body: releaseList('2.333.0', 40), headers: { etag: 'W/"1"' } }))
    const cache = join(folder, 'shared')
    for (const _ of [1, 2, 3]) {
      const container = fakeContainer(folder, github, OLD)
      expect((await container.start({ RUNNER_CACHE_FOLDER: cache }).ended).status).toBe(0)
    }
    expect(github.calls.filter((call) => call === LIST)).toHaveLength(1)
  })

  it('is downloaded once by two containers that update at the same time', async () => {
    await using server = await downloads(archive)
    await using github = await organisation(() => ({
      body: releaseList('2.335.0', 3, { ...archive, url: server.url }),
      headers: { etag: 'W/"1"' },
    }))
    const cache = join(folder, 'shared')
    const containers = [1, 2].map(() => fakeContainer(folder, github, OLD))
    const ends = await Promise.all(containers.map((each) => each.start({ RUNNER_CACHE_FOLDER: cache }).ended))
    expect(ends.map(({ status }) => status)).toEqual([0, 0])
    expect(containers.map(ran)).toEqual(['2.335.0', '2.335.0'])
    expect(server.requests).toHaveLength(1)
    expect(readdirSync(cache).sort()).toEqual([archive.name, 'ask-again-at', 'releases.json'])
  })

  it('is updated only shortly before its deadline, where that is wanted, and never where that is', async () => {
    await using server = await downloads(archive)
    await using github = await organisation(() => ({
      body: releaseList('2.335.0', 3, { ...archive, url: server.url }),
    }))
    const container = fakeContainer(folder, github, OLD)
    for (const RUNNER_UPDATE of ['expiring', 'never']) {
      expect((await container.start({ RUNNER_UPDATE }).ended).status).toBe(0)
    }
    expect(ran(container)).toBe('2.333.0')
    expect(github.calls.filter((call) => call === LIST)).toHaveLength(1)
    expect(server.requests).toEqual([])
  })
})

describe('what others have put into a shared cache', () => {
  it('is not installed, but what GitHub has published at that moment', async () => {
    await using server = await downloads(archive)
    await using github = await organisation(() => ({
      body: releaseList('2.335.0', 3, { ...archive, url: server.url }),
    }))
    const container = fakeContainer(folder, github, OLD)
    const evil = archiveOf('2.335.0', folder)
    await using evilServer = await downloads(evil)
    const cache = join(container.folder, 'cache')
    expect((await container.start({ RUNNER_UPDATE: 'expiring' }).ended).status).toBe(0)
    writeFileSync(
      join(cache, 'releases.json'),
      JSON.stringify({ etag: 'W/"1"', answer: releaseList('2.335.0', 3, { ...evil, url: evilServer.url }) }),
    )
    writeFileSync(join(cache, archive.name), evil.content)
    const { status, said } = await container.start().ended
    expect(status, said).toBe(0)
    expect([evilServer.requests.length, server.requests.length]).toEqual([0, 1])
    expect(readFileSync(join(cache, archive.name))).toEqual(archive.content)
    expect(ran(container)).toBe('2.335.0')
  })
})

describe('the runner that is there starts', () => {
  const start = async (releases: () => Reply, env = {}, image = OLD) => {
    await using github = await organisation(releases)
    const container = fakeContainer(folder, github, image)
    const { status, said } = await container.start(env).ended
    return { container, status, said, calls: github.calls }
  }

  it('where the archive has a wrong checksum', async () => {
    await using server = await downloads(archive)
    const wrong = { ...archive, sha256: 'a'.repeat(64), url: server.url }
    const { container, status, said } = await start(() => ({ body: releaseList('2.335.0', 3, wrong) }))
    expect(said).toContain(
      `warning: The update failed, and 2.333.0 starts: ${archive.name} has the SHA-256 ${archive.sha256}`,
    )
    expect(status).toBe(0)
    expect(ran(container)).toBe('2.333.0')
  })

  it('where the download breaks', async () => {
    await using server = await downloads(archive, 0.5)
    const { container, status, said } = await start(() => ({
      body: releaseList('2.335.0', 3, { ...archive, url: server.url }),
    }))
    expect(said).toMatch(/warning: The update failed, and 2\.333\.0 starts: \S/)
    expect(status).toBe(0)
    expect(ran(container)).toBe('2.333.0')
  })

  it('where nobody has published the checksum', async () => {
    await using server = await downloads(archive)
    const body = releaseList('2.335.0', 3, { ...archive, url: server.url, sha256: '' })
    const { container, status, said } = await start(() => ({ body }))
    expect(said).toContain('A newer runner than 2.333.0 is not installed: GitHub does not tell its SHA-256 now.')
    expect(status).toBe(0)
    expect(server.requests).toEqual([])
    expect(ran(container)).toBe('2.333.0')
  })

  it.each<[string, Reply]>([
    ['is down', { status: 500, body: {} }],
    ['is limited', { status: 403, body: {}, headers: { 'x-ratelimit-remaining': '0' } }],
  ])('where the API %s, and it is not asked again at once', async (_, reply) => {
    await using github = await organisation(() => reply)
    const container = fakeContainer(folder, github, OLD)
    for (const _time of [1, 2]) expect((await container.start().ended).status).toBe(0)
    expect(ran(container)).toBe('2.333.0')
    // The first start may retry; the second one knows better.
    expect(new Set(github.calls.slice(0, -2))).toEqual(new Set([LIST]))
    expect(github.calls.slice(-2)).toEqual([REGISTER, REGISTER])
  })

  it('where the API does not answer within the budget', async () => {
    await using github = await organisation(() => new Promise<never>(() => {}) as unknown as Reply)
    const container = fakeContainer(folder, github, OLD)
    const { status, said } = await container.start().ended
    expect(said).toMatch(/no answer within 2\.5 s/)
    expect(status).toBe(0)
    expect(github.calls).toEqual([LIST, REGISTER])
  })

  it('but not where GitHub registers none so old', async () => {
    const image = { version: '2.328.0', builtDaysAgo: 90 }
    const { container, status, said, calls } = await start(() => ({ status: 500, body: {} }), {}, image)
    expect(said).toContain('GitHub registers no runner older than 2.329.0; this one is 2.328.0.')
    expect(status).toBe(20)
    expect(new Set(calls)).toEqual(new Set([LIST]))
    expect(container.log()).toEqual([])
  })
})
