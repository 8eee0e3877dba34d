import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import { expect, test } from 'vitest'
import { contextHash, sentEntries } from '../../src/context/build-context.ts'
import { fileHash } from '../../src/context/file-hash.ts'
import type { IgnoreDialect } from '../../src/context/ignore-rules.ts'
import { Pace } from '../../src/context/pace.ts'
import { workspace } from '../support/workspace.ts'

const { signal } = new AbortController()

const local = ({ path, dockerfile }: ReturnType<typeof workspace>, dialect: IgnoreDialect = 'buildkit') => ({
  context: path,
  dockerfile,
  dialect,
})

const sent = async (place: ReturnType<typeof workspace>, dialect?: IgnoreDialect) =>
  (await sentEntries(local(place, dialect), new Pace(signal))).map(({ path }) => path).sort()

test('the hash is of names, contents, permissions and links', async () => {
  const place = workspace()
  const hashes = new Set([await contextHash(local(place), signal)])
  const changes = [
    () => writeFileSync(join(place.path, 'a'), ''),
    () => writeFileSync(join(place.path, 'a'), 'content'),
    () => chmodSync(join(place.path, 'a'), 0o755),
    () => mkdirSync(join(place.path, 'folder')),
    () => chmodSync(join(place.path, 'folder'), 0o700),
    () => symlinkSync('a', join(place.path, 'link')),
    // Longer than what is read at a time.
    () => truncateSync(join(place.path, 'a'), 3 * 1024 * 1024),
    () => truncateSync(join(place.path, 'a'), 3 * 1024 * 1024 + 1),
  ]
  for (const [index, change] of changes.entries()) {
    change()
    hashes.add(await contextHash(local(place), signal))
    expect(hashes.size).toBe(index + 2)
  }
})

test('a link is a link, wherever it leads', async () => {
  const place = workspace()
  for (const [name, target] of [
    ['device', '/dev/zero'],
    ['folder', '/etc'],
    ['broken', 'nowhere'],
  ] as const) {
    symlinkSync(target, join(place.path, name))
  }
  expect(await sent(place)).toEqual(['Dockerfile', 'broken', 'device', 'folder'])
  await contextHash(local(place), signal)
})

const because = (path: string, kind: string) =>
  new Failure(
    `Input 'skip_if_exists' is 'inputs', and the build context has "${path}", a ${kind}, which has no comparable content. Remove it, or exclude it in .dockerignore.`,
  )

test('a FIFO is refused, and not read', async () => {
  const place = workspace()
  mkdirSync(join(place.path, 'a'))
  const fifo = join(place.path, 'a/odd')
  execFileSync('mkfifo', [fifo])
  for (const dialect of ['classic', 'buildkit', 'old-buildkit'] as const) {
    await expect(sentEntries(local(place, dialect), new Pace(signal))).rejects.toThrow(because('a/odd', 'FIFO'))
  }
  await expect(fileHash(fifo, new Pace(signal))).rejects.toThrow('is not a file')
  writeFileSync(join(place.path, '.dockerignore'), '**/odd')
  expect(await sent(place)).toEqual(['.dockerignore', 'Dockerfile', 'a'])
})

test('a socket is refused by BuildKit, which makes a file of it, and left out by the classic builder', async () => {
  const place = workspace()
  const server = createServer().listen(join(place.path, 'odd'))
  await new Promise((listening) => server.once('listening', listening))
  try {
    await expect(sentEntries(local(place), new Pace(signal))).rejects.toThrow(because('odd', 'socket'))
    expect(await sent(place, 'classic')).toEqual(['Dockerfile'])
  } finally {
    server.close()
  }
})

test('a file that became another thing is not read', async () => {
  const { path } = workspace()
  symlinkSync('/dev/zero', join(path, 'link'))
  await expect(fileHash(join(path, 'link'), new Pace(signal))).rejects.toThrow('ELOOP')
  await expect(fileHash('/dev/zero', new Pace(signal))).rejects.toThrow('is not a file')
})

test('an ignore file that is a link out of its folder is refused where BuildKit does not follow it', async () => {
  const place = workspace()
  const rules = join(place.path, '.dockerignore')
  writeFileSync(join(place.folder, 'rules'), 'a')
  writeFileSync(join(place.path, 'a'), '')
  symlinkSync('../rules', rules)
  await expect(async () => sent(place)).rejects.toThrow(
    new Failure(
      `"${rules}" is a link to a file outside its folder, which BuildKit does not follow. Replace it with the file.`,
    ),
  )
  expect(await sent(place, 'classic')).toEqual(['.dockerignore', 'Dockerfile'])
})

test('an ignore file that is none is refused, and what is wrong in one has its line', async () => {
  const place = workspace()
  const rules = join(place.path, '.dockerignore')
  writeFileSync(rules, 'a\n[b')
  await expect(async () => sent(place)).rejects.toThrow(
    new Failure(`The patterns in "${rules}" cannot be read: Line 2, "[b", opens a bracket that is not closed.`),
  )
  execFileSync('rm', [rules])
  execFileSync('mkfifo', [rules])
  await expect(async () => sent(place)).rejects.toThrow(new Failure(`"${rules}" is not a file. Remove it.`))
})

test('the classic builder sends what it needs itself', async () => {
  const place = workspace()
  writeFileSync(join(place.path, '.dockerignore'), '*')
  expect(await sent(place, 'classic')).toEqual(['.dockerignore', 'Dockerfile'])
  expect(await sent(place)).toEqual([])
})
