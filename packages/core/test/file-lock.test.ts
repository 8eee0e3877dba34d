import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { holdLock, withLock } from '../src/file-lock.ts'
import { testFolder } from './support/folder.ts'

const FOREVER = new AbortController().signal

function lockable() {
  const file = join(testFolder(), 'config.json')
  return { file, lock: `${file}.ecr-login-lock` }
}

test('the lock is there during the work, and gone after it, also where it fails', async () => {
  const { file, lock } = lockable()
  await withLock(file, 'me', FOREVER, () => expect(existsSync(lock)).toBe(true))
  expect(existsSync(lock)).toBe(false)
  const failing = withLock(file, 'me', FOREVER, () => {
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(existsSync(lock)).toBe(false)
})

test('a lock of another is waited for until the job is cancelled', async () => {
  const { file, lock } = lockable()
  writeFileSync(lock, 'other')
  const cancel = new AbortController()
  const waiting = withLock(file, 'me', cancel.signal, () => expect.unreachable())
  setTimeout(() => cancel.abort(new Error('Cancelled')), 50)
  await expect(waiting).rejects.toThrow('aborted')
  expect(existsSync(lock)).toBe(true)
})

test.each([
  ['own', 'me', 0],
  ['old', 'other', 60],
])('an %s lock is taken over', async (_, owner, age) => {
  const { file, lock } = lockable()
  writeFileSync(lock, owner)
  const then = Date.now() / 1000 - age
  utimesSync(lock, then, then)
  let done = false
  await withLock(file, 'me', FOREVER, () => {
    done = true
  })
  expect([done, existsSync(lock)]).toEqual([true, false])
})

test('a lock that is held for long stays young, so that nobody takes it over', async () => {
  const { lock } = lockable()
  await holdLock(lock, 'me', FOREVER, async () => {
    utimesSync(lock, 0, 0)
    await vi.waitFor(() => expect(Date.now() - statSync(lock).mtimeMs).toBeLessThan(5_000), { timeout: 10_000 })
  })
  expect(existsSync(lock)).toBe(false)
})

test('a lock that is gone at the second look is not removed: by then it may be that of a third', async () => {
  const { file, lock } = lockable()
  symlinkSync('nothing', lock)
  const cancel = new AbortController()
  const waiting = withLock(file, 'me', cancel.signal, () => expect.unreachable())
  setTimeout(() => cancel.abort(new Error('Cancelled')), 50)
  await expect(waiting).rejects.toThrow('aborted')
  expect(lstatSync(lock).isSymbolicLink()).toBe(true)
})

test('a lock that another one has taken over stays with that one', async () => {
  const { file, lock } = lockable()
  await withLock(file, 'me', FOREVER, () => writeFileSync(lock, 'other'))
  expect(readFileSync(lock, 'utf8')).toBe('other')
})

test('a folder that cannot be written to is an error', async () => {
  await expect(withLock('/nonexistent/config.json', 'me', FOREVER, () => undefined)).rejects.toThrow('ENOENT')
})
