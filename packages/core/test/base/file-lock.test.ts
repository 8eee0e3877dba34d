import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { holdLock, withLock } from '../../src/base/file-lock.ts'
import { testFolder } from '../support/folder.ts'
import { recordFolder } from '../support/folder-record.ts'

const FOREVER = new AbortController().signal

function lockable() {
  const file = join(testFolder(), 'config.json')
  return { file, lock: `${file}.ecr-login-lock` }
}

test('the lock is there during the work, and gone after it, also where it fails', async () => {
  const { file, lock } = lockable()
  await withLock(file, { id: 'me', signal: FOREVER }, () => expect(existsSync(lock)).toBe(true))
  expect(existsSync(lock)).toBe(false)
  const failing = withLock(file, { id: 'me', signal: FOREVER }, () => {
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(existsSync(lock)).toBe(false)
})

test('a lock of another is waited for until the job is cancelled', async () => {
  const { file, lock } = lockable()
  writeFileSync(lock, 'other')
  const cancel = new AbortController()
  const waiting = withLock(file, { id: 'me', signal: cancel.signal }, () => expect.unreachable())
  setTimeout(() => cancel.abort(new Error('Cancelled')), 50)
  await expect(waiting).rejects.toThrow('aborted')
  expect(existsSync(lock)).toBe(true)
})

test.each([
  ['own', 'me', 0],
  ['old', 'other', 60],
  ['future', 'other', -60],
])('a lock is taken over that is its %s one', async (_, owner, age) => {
  const { file, lock } = lockable()
  writeFileSync(lock, owner)
  const then = Date.now() / 1000 - age
  utimesSync(lock, then, then)
  let done = false
  await withLock(file, { id: 'me', signal: FOREVER }, () => {
    done = true
  })
  expect([done, existsSync(lock)]).toEqual([true, false])
})

test('a lock that is held for long stays young, so that nobody takes it over', async () => {
  const { lock } = lockable()
  await holdLock(lock, { id: 'me', signal: FOREVER }, async () => {
    utimesSync(lock, 0, 0)
    await vi.waitFor(() => expect(Date.now() - statSync(lock).mtimeMs).toBeLessThan(5_000), { timeout: 10_000 })
  })
  expect(existsSync(lock)).toBe(false)
})

test.each([
  ['a link', (lock: string) => symlinkSync('nothing', lock)],
  ['a folder', (lock: string) => mkdirSync(lock)],
])('what no process has made as a lock is refused, and left: %s', async (_, make) => {
  const { file, lock } = lockable()
  make(lock)
  const before = recordFolder(dirname(file))
  const waiting = withLock(file, { id: 'me', signal: FOREVER }, () => expect.unreachable())
  await expect(waiting).rejects.toThrow(`${lock} should be a lock file, but is not a file. Remove it.`)
  expect(recordFolder(dirname(file))).toEqual(before)
})

test('a lock that is out of the way to be looked at, and may come back, is waited for', async () => {
  const { file, lock } = lockable()
  const aside = `${lock}-another-aside`
  writeFileSync(aside, 'other')
  const order: string[] = []
  const waiting = withLock(file, { id: 'me', signal: FOREVER }, () => void order.push('held'))
  await delay(300)
  order.push('put back')
  // Over the lock that the other one has made meanwhile.
  renameSync(aside, lock)
  await delay(300)
  order.push('given up')
  rmSync(lock)
  await waiting
  expect(order).toEqual(['put back', 'given up', 'held'])
})

test('what a killed process has left out of the way is removed', async () => {
  const { file, lock } = lockable()
  writeFileSync(`${lock}-another-aside`, 'other')
  utimesSync(`${lock}-another-aside`, 0, 0)
  await withLock(file, { id: 'me', signal: FOREVER }, () => undefined)
  expect(readdirSync(dirname(file))).toEqual([])
})

test('a lock that another one has taken over stays with that one', async () => {
  const { file, lock } = lockable()
  await withLock(file, { id: 'me', signal: FOREVER }, () => writeFileSync(lock, 'other'))
  expect(readFileSync(lock, 'utf8')).toBe('other')
})

test('a wait is reported once, and ends after minutes with what to do', async () => {
  const { file, lock } = lockable()
  writeFileSync(lock, 'other')
  const lines: string[] = []
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    utimesSync(lock, new Date(), new Date())
    now += 4_000
    return now
  })
  try {
    const waiting = withLock(file, { id: 'me', signal: FOREVER, report: (line) => lines.push(line) }, () =>
      expect.unreachable(),
    )
    await expect(waiting).rejects.toThrow(
      `The lock ${lock} has been held by another process for 10 minutes. Remove it if no other job`,
    )
  } finally {
    clock.mockRestore()
  }
  expect(lines).toEqual([`Waiting for the lock ${lock}, which another process holds.`])
  expect(readFileSync(lock, 'utf8')).toBe('other')
})

test('of 16 processes that find a lock left behind at once, one at a time has it', async () => {
  const { file, lock } = lockable()
  const log = `${file}.log`
  const holder = join(import.meta.dirname, '../support/lock-holder.ts')
  const rounds = 10
  const children = Array.from({ length: 16 }, (_, index) =>
    spawn(process.execPath, [holder, lock, log, String(index), String(rounds)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  const ends = await Promise.all(children.map((child) => once(child, 'exit')))
  expect(ends.every(([status]) => status === 0)).toBe(true)
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(2 * 16 * rounds)
  // Each 'in' is followed by the 'out' of the same process.
  const crossed = lines.filter((line, at) => at % 2 === 0 && lines[at + 1] !== line.replace('in', 'out'))
  expect(crossed).toEqual([])
})

test('a folder that cannot be written to is an error', async () => {
  await expect(withLock('/nonexistent/config.json', { id: 'me', signal: FOREVER }, () => undefined)).rejects.toThrow(
    'ENOENT',
  )
})

/** What a user other than root is told who asks for this lock. */
function toldAnother(lock: string): string {
  const module = (name: string) => JSON.stringify(join(import.meta.dirname, '../../src/base', name))
  const script = `import { holdLock } from ${module('file-lock.ts')}
import { refusalOf } from ${module('file-owner.ts')}
process.setgroups([]); process.setgid(1001); process.setuid(1001)
const holder = { id: 'me', signal: new AbortController().signal }
await holdLock(process.argv[1], holder, () => console.log('held')).catch((error) => console.log(refusalOf(error)))`
  const args = ['--input-type=module', '--eval', script, lock]
  return execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }).trimEnd()
}

if (process.getuid?.() === 0) {
  test.each([
    ['nobody holds', undefined],
    ['another process holds', 0],
    ['a killed process left', 60],
  ])('a lock that %s is not waited for in a folder that cannot be written to', (_, age) => {
    const { file, lock } = lockable()
    const folder = dirname(file)
    chmodSync(folder, 0o755)
    const then = Date.now() / 1000 - (age ?? 0)
    if (age !== undefined) writeFileSync(lock, 'other')
    if (age !== undefined) utimesSync(lock, then, then)
    const before = recordFolder(folder)
    expect(toldAnother(lock)).toContain(
      `Of ${folder}: it belongs to root and has mode 0755. Run 'sudo chown -R 1001:1001 ${folder}'.`,
    )
    expect(recordFolder(folder)).toEqual(before)
  })
}
