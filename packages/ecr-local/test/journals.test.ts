import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Journaled, Journals } from '../src/store/journals.ts'
import { WriteQueue } from '../src/store/write-queue.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecr-local-test-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** Names and texts, of which each record has some. */
class Notes implements Journaled {
  readonly all: Record<string, string> = {}
  #changed: Record<string, string> = {}

  set(name: string, text: string): this {
    this.all[name] = this.#changed[name] = text
    return this
  }

  changes(): object | undefined {
    const changed = this.#changed
    this.#changed = {}
    return Object.keys(changed).length === 0 ? undefined : changed
  }

  snapshot(): Iterable<object> {
    this.#changed = {}
    return Object.entries({ ...this.all }).map(([name, text]) => ({ [name]: text }))
  }
}

async function loaded(path: string): Promise<{ notes: Notes; journals: Journals }> {
  const [notes, journals] = [new Notes(), new Journals(new WriteQueue())]
  await journals.load(path, (record) => {
    for (const [name, text] of Object.entries(record as Record<string, string>)) notes.set(name, text)
  })
  notes.changes()
  return { notes, journals }
}

const lines = async (path: string) => (await readFile(path, 'utf8')).split('\n')

/** A journal of two records. */
async function begun(name: string) {
  const path = join(folder, name)
  const [notes, journals] = [new Notes().set('a', '1'), new Journals(new WriteQueue())]
  await journals.save(path, notes)
  await journals.save(path, notes.set('b', '2'))
  return { path, notes, journals }
}

test('a change is one line more, and nothing changed is none', async () => {
  const { path, notes, journals } = await begun('lines')
  await journals.save(path, notes)
  expect(await lines(path)).toEqual(['{"a":"1"}', '{"b":"2"}', ''])
  expect((await loaded(path)).notes.all).toEqual({ a: '1', b: '2' })
})

test('a line that was cut off counts for nothing, and the journal goes on', async () => {
  const { path } = await begun('cut')
  for (const part of ['{"c":', '{"c":"3"}', '{']) {
    await appendFile(path, part)
    const { notes, journals } = await loaded(path)
    // One that lacks only the end of the line is whole.
    if (part === '{"c":"3"}') expect(notes.all['c']).toBe('3')
    await journals.save(path, notes.set('d', part))
    expect((await loaded(path)).notes.all).toEqual(notes.all)
  }
})

test('every length that a write can have got to is read, and gives whole records', async () => {
  const { path } = await begun('lengths')
  const { size } = await stat(path)
  const beginning = '{"a":"1"}\n'.length
  for (let length = size; length >= beginning - 1; length--) {
    await truncate(path, length)
    const { notes } = await loaded(path)
    expect(notes.all).toEqual(length >= size - 1 ? { a: '1', b: '2' } : { a: '1' })
  }
})

test('damage anywhere else is an error, not a loss', async () => {
  const { path } = await begun('damaged')
  await writeFile(path, '{"a":"1"}\n{"b":\n{"c":"3"}\n')
  await expect(loaded(path)).rejects.toThrow(SyntaxError)
  await writeFile(path, '{"a":"1"}\n{"b":\n')
  await expect(loaded(path)).rejects.toThrow(SyntaxError)
})

test('after a write that failed, the next one writes all of it', async () => {
  const { path, notes, journals } = await begun('failed')
  await rm(path)
  await expect(journals.save(path, notes.set('c', '3'))).rejects.toThrow('ENOENT')
  await journals.save(path, notes.set('d', '4'))
  expect((await loaded(path)).notes.all).toEqual({ a: '1', b: '2', c: '3', d: '4' })
})

test('a journal does not grow beyond a few times what it holds', async () => {
  const { path, notes, journals } = await begun('long')
  const text = 'x'.repeat(100_000)
  for (let turn = 0; turn < 60; turn++) await journals.save(path, notes.set('same', `${turn} ${text}`))
  expect((await stat(path)).size).toBeLessThan(2_000_000)
  expect((await loaded(path)).notes.all).toEqual(notes.all)
  expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
})

test('many saves at once are few writes, the last of which has everything', async () => {
  const { path, notes, journals } = await begun('shared')
  await Promise.all(Array.from({ length: 100 }, (_, index) => journals.save(path, notes.set(`n${index}`, 'x'))))
  expect((await lines(path)).length).toBeLessThan(10)
  expect((await loaded(path)).notes.all).toEqual(notes.all)
})

test('what is removed is gone, and can begin again', async () => {
  const { path, notes, journals } = await begun('removed')
  const saved = journals.save(path, notes.set('c', '3'))
  await Promise.all([saved, journals.remove(path)])
  await expect(stat(path)).rejects.toThrow('ENOENT')
  await journals.save(path, new Notes().set('z', '26'))
  expect((await loaded(path)).notes.all).toEqual({ z: '26' })
})
