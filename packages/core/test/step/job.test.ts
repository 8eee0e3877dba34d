import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { memoryJob } from '../../src/testing.ts'
import { testFolder } from '../support/folder.ts'

describe('phase', () => {
  test('is a group of the log, titled with the time since the start', async () => {
    const job = memoryJob()
    expect(await job.phase('Look', async () => [job.current, 42])).toEqual(['Look', 42])
    await job.phase('Build', async () => undefined)
    expect(job.told.lines).toEqual([
      expect.stringMatching(/^group: Look \(\+\d+ ms\)$/),
      expect.stringMatching(/^group: Build \(\+\d+ ms\)$/),
    ])
    expect(job.current).toBeUndefined()
  })

  test('is timed', async () => {
    const job = memoryJob()
    await job.phase('Wait', () => delay(50))
    await job.phase('Rush', async () => undefined)
    expect(job.phases.map(({ title }) => title)).toEqual(['Wait', 'Rush'])
    const [wait, rush] = job.phases.map(({ milliseconds }) => milliseconds)
    expect(wait).toBeGreaterThan(rush ?? Number.POSITIVE_INFINITY)
  })

  test('that fails ends its group and stays the current one, for the line of the step', async () => {
    const job = memoryJob()
    const ended: string[] = []
    job.runner.endGroup = () => {
      ended.push(job.current ?? '')
    }
    await expect(job.phase('Push', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect([ended, job.current, job.phases.map(({ title }) => title)]).toEqual([['Push'], 'Push', ['Push']])
  })

  test('does not begin in a cancelled job', async () => {
    const reason = new Error('Cancelled')
    const job = memoryJob({}, { signal: AbortSignal.abort(reason) })
    await expect(job.phase('Push', () => Promise.reject(new Error('begun')))).rejects.toBe(reason)
    expect(job.told.lines).toEqual([])
  })
})

test('changes are kept in order', () => {
  const job = memoryJob()
  job.changed('created repository a')
  job.changed('pushed a:1')
  expect(job.changes).toEqual(['created repository a', 'pushed a:1'])
})

describe('a change', () => {
  test.each([
    ['that is answered is known', false, () => Promise.resolve('done'), []],
    ['that fails is known', false, () => Promise.reject(new Error('refused')), []],
    ['that is answered in a cancelled job is known', true, () => Promise.resolve('done'), []],
    ['without an answer in a cancelled job is not known', true, () => Promise.reject(new Error('cut')), ['a was set']],
  ])('%s', async (_, cancelled, answer, unknown) => {
    const cancel = new AbortController()
    const job = memoryJob({}, { signal: cancel.signal })
    const work = () => {
      expect(job.unknown).toEqual(['a was set'])
      if (cancelled) cancel.abort()
      return answer()
    }
    await Promise.allSettled([job.changing('a was set', work)])
    expect(job.unknown).toEqual(unknown)
  })
})

test('the event is read when it is asked for, once', () => {
  const env: Record<string, string> = { GITHUB_EVENT_PATH: '/nonexistent/event.json', GITHUB_SHA: 'one' }
  const job = memoryJob(env)
  expect(() => job.event).toThrow(/event\.json/)
  delete env['GITHUB_EVENT_PATH']
  const event = job.event
  env['GITHUB_SHA'] = 'two'
  expect(job.event).toBe(event)
  expect(event.sha).toBe('one')
})

test('a temporary folder ends with the job', () => {
  const job = memoryJob({ RUNNER_TEMP: testFolder() })
  const folder = job.temporaryFolder('x')
  expect(existsSync(folder)).toBe(true)
  job.cleanUp()
  expect(existsSync(folder)).toBe(false)
})
