import type { Job } from '@container-actions/core'
import { expect, test } from 'vitest'
import { commitTime } from '../../src/tags/commit-time.ts'

const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
const TIME = '2026-11-20T10:00:00+01:00'
const COMMIT = [
  'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  'author A committer B <a@example.org> 1 +0000',
  'committer Some One <some@example.org> 1700000000 +0100',
  '',
  'committer Wrong <x@example.org> 5 +0000',
].join('\n')

interface Case {
  readonly payload?: Record<string, unknown>
  readonly sha?: string
  readonly git?: { exitCode: number; stdout: string } | Error
}

/** The time, and what ran for it. */
async function timeOf({ payload = {}, sha = SHA, git = new Error('no git here') }: Case) {
  const ran: string[][] = []
  const run = async (command: string, args: readonly string[]) => {
    ran.push([command, ...args])
    if (git instanceof Error) throw git
    return { stderr: '', ...git }
  }
  const job = { event: { payload, sha }, exec: { run }, signal: new AbortController().signal } as unknown as Job
  return { time: (await commitTime(job))?.toISOString(), ran }
}

const OF_GIT = '2023-11-14T22:13:20.000Z'
const GIT = ['git', 'cat-file', 'commit', SHA]
const head = (id: unknown, timestamp: unknown = TIME) => ({ head_commit: { id, timestamp } })

test.each<[string, Case, string | undefined, string[][]]>([
  ['a push', { payload: head(SHA) }, '2026-11-20T09:00:00.000Z', []],
  ['a merge queue', { payload: { merge_group: head(SHA) } }, '2026-11-20T09:00:00.000Z', []],
  ['another commit', { payload: head('f'.repeat(40)), git: { exitCode: 0, stdout: COMMIT } }, OF_GIT, [GIT]],
  ['no time', { payload: head(SHA, 'now'), git: { exitCode: 0, stdout: COMMIT } }, OF_GIT, [GIT]],
  ['an odd payload', { payload: { head_commit: 'x' }, git: { exitCode: 0, stdout: COMMIT } }, OF_GIT, [GIT]],
  ['a checkout', { git: { exitCode: 0, stdout: COMMIT } }, OF_GIT, [GIT]],
  ['no checkout', { git: { exitCode: 128, stdout: '' } }, undefined, [GIT]],
  ['no git', {}, undefined, [GIT]],
  ['no commit', { sha: '', payload: head('') }, undefined, []],
  ['what is no commit', { sha: '--help', git: { exitCode: 0, stdout: COMMIT } }, undefined, []],
])('%s', async (_, given, time, ran) => {
  expect(await timeOf(given)).toEqual({ time, ran })
})

test('a job that is cancelled is not one without a commit', async () => {
  const reason = new Error('Cancelled')
  const job = {
    event: { payload: {}, sha: SHA },
    exec: { run: () => Promise.reject(reason) },
    signal: AbortSignal.abort(reason),
  } as unknown as Job
  await expect(commitTime(job)).rejects.toBe(reason)
})
