import { Failure, GitHubApiError } from '@container-actions/core'
import { eventOf, memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import type { LookUp } from '../src/lookup.ts'
import { main } from '../src/main.ts'
import type { Question } from '../src/question.ts'
import { inputs } from './inputs.ts'

const repository = { full_name: 'octo/app', default_branch: 'main' }
const comment = { repository, issue: { number: 7, pull_request: {} } }

const jobOf = (name: string, payload: Record<string, unknown>, env: Record<string, string> = {}) =>
  Object.defineProperty(memoryJob(), 'event', {
    value: eventOf(name, payload, { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: 'a'.repeat(40), ...env }),
  })

const never: LookUp = async (question) => {
  throw new Error(`asked about ${question.about}`)
}

test('a push makes no request, logs one line and writes one summary', async () => {
  const job = jobOf('push', { repository, ref: 'refs/heads/main' })
  const outputs = await main(inputs({ github_token: 'token' }), job, never)
  expect(outputs).toMatchObject({ current_branch: 'main', is_default: 'true', event_kind: 'branch', is_fork: 'false' })
  expect(job.told.lines).toEqual([
    'Branch main, the default branch. Safe names: docker_tag main, ecr_path main, ecr_segment main, dns_label main.',
  ])
  expect(job.told.summary).toHaveLength(1)
  expect(job.told.masks).toEqual([])
})

test('json contains every other output', async () => {
  const job = jobOf('push', { repository }, { GITHUB_REF: 'refs/tags/v1' })
  const lookUp: LookUp = async () => ({ about: 'tag', branches: ['main', 'x'] })
  const { json, ...outputs } = await main(inputs({ github_token: 'token' }), job, lookUp)
  expect(outputs.tag_branches).toBe('["main","x"]')
  expect(JSON.parse(json)).toEqual({ ...outputs, tag_branches: ['main', 'x'] })
})

test('unknown outputs stay empty and untrusted', async () => {
  const outputs = await main(inputs(), jobOf('issue_comment', comment), never)
  expect(outputs).toMatchObject({ is_fork: '', source_trusted: 'false', source_branch: '', pr_number: '7' })
})

test.each([
  ['octo/app', 'false', 'true'],
  ['eve/app', 'true', 'false'],
])('a response about %s is used for the outputs', async (headRepository, isFork, trusted) => {
  const asked: Question[] = []
  const job = jobOf('issue_comment', comment)
  const outputs = await main(inputs({ github_token: 'token' }), job, async (question) => {
    asked.push(question)
    return { about: 'pull request', branch: 'x', headRepository }
  })
  expect(asked).toEqual([{ about: 'pull request', repository: 'octo/app', number: '7' }])
  expect(outputs).toMatchObject({
    source_branch: 'x',
    source_repository: headRepository,
    is_fork: isFork,
    source_trusted: trusted,
    current_branch: 'main',
    tag_branches: '[]',
  })
  expect(job.told.masks).toEqual(['token'])
  expect(job.told.lines[0]).toMatch(/^group: Ask GitHub about the pull request /)
})

test('without a token, no request is made and one notice says what to add', async () => {
  const job = jobOf('issue_comment', comment)
  await main(inputs({ github_token: '' }), job, never)
  expect(job.told.lines.filter((line) => line.startsWith('notice: '))).toEqual([
    "notice: source_branch and source_repository stay empty. The input 'github_token' is empty. " +
      "The job needs 'permissions: pull-requests: read' for it.",
  ])
})

test('without permission, one notice names it', async () => {
  const job = jobOf('push', { repository }, { GITHUB_REF: 'refs/tags/v1' })
  const outputs = await main(inputs({ github_token: 'token' }), job, async () => {
    throw new GitHubApiError("GitHub's API answered 403: Resource not accessible by integration.", 403, undefined)
  })
  expect(outputs).toMatchObject({ tag: 'v1', tag_branches: '[]' })
  expect(job.told.lines.filter((line) => line.startsWith('notice: '))).toEqual([
    "notice: tag_branches stays empty. GitHub's API answered 403: Resource not accessible by integration. " +
      "The job needs 'permissions: contents: read' for it.",
  ])
})

test('a bug in the question is not hidden', async () => {
  await expect(main(inputs({ github_token: 'token' }), jobOf('issue_comment', comment), never)).rejects.toThrow('asked')
})

const hostile = { repository, ref: 'refs/heads/$(id)' }
const ON_HOSTILE = { GITHUB_REF: 'refs/heads/$(id)' }

test('an unsafe name causes a warning, and the outputs contain it unchanged', async () => {
  const job = jobOf('push', hostile, ON_HOSTILE)
  expect(await main(inputs(), job, never)).toMatchObject({ current_branch: '$(id)', ref_branch: '$(id)' })
  expect(job.told.lines).toHaveLength(2)
  expect(job.told.lines[0]).toMatch(
    /^warning: The name '\$\(id\)' in current_branch, ref_branch, source_branch contains/,
  )
})

test('an unsafe name fails the step if requested, without outputs', async () => {
  const job = jobOf('push', hostile, ON_HOSTILE)
  const failure = await main(inputs({ unsafe_names: 'fail' }), job, never).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Failure)
  expect(failure).toMatchObject({ outputs: {} })
  expect(String(failure)).toMatch(/'env: \{ NAME: .* This step fails because of 'unsafe_names: fail'\.$/)
  expect(job.told.summary).toEqual([])
})

test('an unsafe name is ignored if requested', async () => {
  const job = jobOf('push', hostile, ON_HOSTILE)
  await main(inputs({ unsafe_names: 'ignore' }), job, never)
  expect(job.told.lines).toHaveLength(1)
})

test('a branch that contains a tag can also have an unsafe name', async () => {
  const job = jobOf('push', { repository }, { GITHUB_REF: 'refs/tags/v1' })
  await main(inputs({ github_token: 'token' }), job, async () => ({ about: 'tag', branches: ['main', 'a;b'] }))
  expect(job.told.lines.find((line) => line.startsWith('warning: '))).toContain("'a;b' in tag_branches")
})
