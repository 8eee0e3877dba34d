import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { isUnsafe } from '../actions/branch-name/src/unsafe-names.ts'
import { expectations, VECTORS } from '../actions/branch-name/test/vectors.ts'
import { type BundleStep, runBundle } from './support/bundle-process.ts'
import { fakeGitHub } from './support/github-api.ts'
import { HOSTILE_NAMES } from './support/hostile-names.ts'
import { createJob } from './support/runner.ts'
import { REPOSITORY } from './support/runner-action.ts'

const repository = { full_name: 'octo/app', default_branch: 'main' }
const SHA = '5f6e7d8c9b0a1f2e3d4c5b6a79880716253443f2'
const ENV = { GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: SHA }

const ACTION = join(REPOSITORY, 'actions/branch-name')
const OUTPUTS = Object.keys(parse(readFileSync(join(ACTION, 'action.yml'), 'utf8')).outputs).sort()

const push: BundleStep = {
  env: { ...ENV, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
  payload: { ref: 'refs/heads/main', repository },
}
const comment: BundleStep = {
  inputs: { github_token: 'ghs_token' },
  env: { ...ENV, GITHUB_EVENT_NAME: 'issue_comment', GITHUB_REF: 'refs/heads/main' },
  payload: { issue: { number: 12, pull_request: {} }, repository },
}

const lines = (stdout: string, command: string) =>
  stdout.split('\n').filter((line) => line.startsWith(`::${command}::`))

describe('vectors', () => {
  for (const vector of VECTORS) {
    // Both settings where they differ; the unit tests take both everywhere.
    const isOnTag = vector.expected['is_tag'] === 'true'
    for (const { onTag, outputs } of expectations(vector).slice(0, isOnTag ? 2 : 1)) {
      test(`${vector.name}, current_branch_on_tag: ${onTag}`, async () => {
        await using github = await fakeGitHub((call) =>
          vector.api && call in vector.api ? { body: vector.api[call] } : undefined,
        )
        const step = await runBundle('branch-name', {
          inputs: { ...vector.inputs, current_branch_on_tag: onTag, github_token: 'ghs_token' },
          env: { ...vector.env, GITHUB_API_URL: github.url },
          payload: vector.event,
        })
        expect(step).toMatchObject({ exitCode: 0, outputs, stderr: '' })
        expect(github.calls.length > 0).toBe(vector.api !== undefined || isOnTag)
      })
    }
  }
})

describe('hostile names', () => {
  test.each(HOSTILE_NAMES)('$why: $name', async ({ name }) => {
    const ref = `refs/heads/${name}`
    await using job = await createJob({ repository: 'octo/app', ref })
    const step = await job.run('branch-name')
    expect(step.conclusion).toBe('success')
    expect(Object.keys(step.outputs).sort()).toEqual(OUTPUTS)
    const { current_branch, ref_branch, source_branch, json = '' } = step.outputs
    expect([current_branch, ref_branch, source_branch]).toEqual([name, name, name])
    expect(JSON.parse(json)).toMatchObject({ current_branch: name })
    expect(step.annotations.map(({ level }) => level)).toEqual(isUnsafe(name) ? ['warning'] : [])
    expect(step.argv).toHaveLength(1)
    expect(
      Object.values(step.files)
        .flat()
        .filter((path) => path.includes('PWNED')),
    ).toEqual([])
    expect([step.env, step.path, step.state]).toEqual([{}, [], {}])
  })

  test('of forks and of tags come out as they are', async () => {
    await using github = await fakeGitHub(() => ({ body: [] }))
    for (const { name } of HOSTILE_NAMES) {
      const head = { ref: name, repo: { full_name: 'eve/app' } }
      const [fork, tag] = await Promise.all([
        runBundle('branch-name', {
          env: { ...ENV, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/12/merge' },
          payload: { repository, pull_request: { number: 12, head, base: { ref: 'main' } } },
        }),
        runBundle('branch-name', {
          inputs: { github_token: 'ghs_token' },
          env: { ...ENV, GITHUB_EVENT_NAME: 'push', GITHUB_REF: `refs/tags/${name}`, GITHUB_API_URL: github.url },
          payload: { repository, ref: `refs/tags/${name}`, base_ref: `refs/heads/${name}` },
        }),
      ])
      expect(fork.outputs).toMatchObject({ head_ref_branch: name, current_branch: name, source_trusted: 'false' })
      expect(fork.outputs['docker_tag']).not.toBe(name)
      expect(tag.outputs).toMatchObject({ tag: name, current_branch: name, base_ref_branch: name, is_default: '' })
      expect(github.calls).toContain(`GET /repos/octo/app/compare/${SHA}...${name}`)
    }
  })
})

describe('names that bite', () => {
  const hostile: BundleStep = {
    env: { ...ENV, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/$(id)' },
    payload: { repository },
  }

  test('are a warning that shows the way', async () => {
    const step = await runBundle('branch-name', hostile)
    expect(step).toMatchObject({ exitCode: 0, outputs: { current_branch: '$(id)', docker_tag: 'id-d7d54e79' } })
    expect(lines(step.stdout, 'warning')).toEqual([
      "::warning::The name '$(id)' in current_branch, ref_branch, source_branch holds characters that a shell acts on. " +
        `Give it to 'run:' through the environment only: 'env: { NAME: "\${{ steps.<id>.outputs.current_branch }}" }', ` +
        'then "$NAME".',
    ])
  })

  test('fail the step where that is asked for', async () => {
    const step = await runBundle('branch-name', { ...hostile, inputs: { unsafe_names: 'fail' } })
    expect(step).toMatchObject({ exitCode: 1, outputs: {}, summary: '' })
    expect(lines(step.stdout, 'error')).toHaveLength(1)
  })
})

describe("GitHub's API", () => {
  const unanswered = { source_branch: '', source_repository: '', is_fork: '', source_trusted: 'false', pr_number: '12' }

  test('is not asked without a token, and a notice names the permission', async () => {
    await using github = await fakeGitHub(() => undefined)
    const env = { ...comment.env, GITHUB_API_URL: github.url }
    const step = await runBundle('branch-name', { ...comment, inputs: {}, env })
    expect(step).toMatchObject({ exitCode: 0, outputs: unanswered })
    expect(lines(step.stdout, 'notice')).toEqual([expect.stringContaining("'permissions: pull-requests: read'")])
    expect(github.calls).toEqual([])
  })

  test.each([401, 403, 404, 500])('may answer %i, and a notice names the permission', async (status) => {
    await using github = await fakeGitHub(() => ({ status, body: { message: 'Resource not accessible' } }))
    const step = await runBundle('branch-name', { ...comment, env: { ...comment.env, GITHUB_API_URL: github.url } })
    expect(step).toMatchObject({ exitCode: 0, outputs: unanswered })
    expect(lines(step.stdout, 'notice')).toEqual([
      '::notice::source_branch and source_repository stay empty. ' +
        `GitHub's API answered ${status}: Resource not accessible. ` +
        "The job needs 'permissions: pull-requests: read' for it.",
    ])
    expect(github.calls).toHaveLength(1)
  })

  test('may never answer', async () => {
    await using github = await fakeGitHub(() => new Promise(() => undefined))
    const step = await runBundle('branch-name', { ...comment, env: { ...comment.env, GITHUB_API_URL: github.url } })
    expect(step).toMatchObject({ exitCode: 0, outputs: unanswered })
    expect(lines(step.stdout, 'notice')).toEqual([expect.stringContaining('no answer within 5 s')])
  })

  test('tells which branches contain a tag, in at most four calls', async () => {
    await using github = await fakeGitHub((call) => {
      if (call.endsWith('/branches-where-head')) return { body: [{ name: 'hotfix' }] }
      return { body: { status: call.endsWith('...main') ? 'diverged' : 'ahead' } }
    })
    const step = await runBundle('branch-name', {
      inputs: { github_token: 'ghs_token' },
      env: { ...ENV, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1', GITHUB_API_URL: github.url },
      payload: { repository, ref: 'refs/tags/v1', base_ref: 'refs/heads/release/1' },
    })
    expect(step.outputs).toMatchObject({ tag_branches: '["release/1","hotfix"]', source_branch: 'release/1' })
    expect(github.calls.toSorted()).toEqual([
      `GET /repos/octo/app/commits/${SHA}/branches-where-head`,
      `GET /repos/octo/app/compare/${SHA}...main`,
      `GET /repos/octo/app/compare/${SHA}...release/1`,
    ])
  })

  test('tells the pull request of a run that a fork caused', async () => {
    const call = 'GET /repos/octo/app/pulls?head=eve:fix/#1&state=all'
    const head = { sha: SHA, repo: { full_name: 'eve/app' } }
    await using github = await fakeGitHub((asked) => (asked === call ? { body: [{ number: 7, head }] } : undefined))
    const run = { event: 'pull_request', head_branch: 'fix/#1', head_sha: SHA, pull_requests: [] }
    const step = await runBundle('branch-name', {
      inputs: { github_token: 'ghs_token' },
      env: { ...ENV, GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF: 'refs/heads/main', GITHUB_API_URL: github.url },
      payload: { repository, workflow_run: { ...run, head_repository: { full_name: 'eve/app' } } },
    })
    expect(step.outputs).toMatchObject({ pr_number: '7', is_fork: 'true', source_branch: 'fix/#1' })
    expect(github.calls).toEqual([call])
  })

  test('is loaded by those alone that ask it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'branch-name-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    cpSync(join(ACTION, 'action.yml'), join(folder, 'action.yml'))
    cpSync(join(ACTION, 'dist'), join(folder, 'dist'), { recursive: true })
    const chunks = readdirSync(join(folder, 'dist')).filter((name) => /^\d+\.index\.js$/.test(name))
    expect(chunks).not.toEqual([])
    for (const chunk of chunks) rmSync(join(folder, 'dist', chunk))
    expect(await runBundle(folder, push)).toMatchObject({
      exitCode: 0,
      outputs: { current_branch: 'main' },
      stderr: '',
    })
    expect(await runBundle(folder, comment)).toMatchObject({ exitCode: 1 })
  })
})

test('without files for outputs and summary, as on some other runners, the step works', async () => {
  const step = await runBundle('branch-name', { ...push, env: { ...push.env, GITHUB_STEP_SUMMARY: '' } })
  expect(step).toMatchObject({ exitCode: 0, outputs: { current_branch: 'main' } })
})

test('the job gets one line and one summary', async () => {
  await using job = await createJob({ repository: 'octo/app', ref: 'refs/heads/feature/x' })
  const step = await job.run('branch-name')
  expect(step.log.split('\n').filter((line) => line.includes('Branch feature/x'))).toHaveLength(1)
  expect(step.summary).toMatch(/^### Branch name\n/)
  expect(step.summary).toContain('<code>docker_tag</code>'.replace('_', '&#95;'))
})

test('wrong inputs are one line', async () => {
  const inputs = { hash_length: '-1', unsafe_names: 'Fail', replace_slashes_with_hyphens: 'maybe' }
  const step = await runBundle('branch-name', { ...push, inputs })
  expect(step).toMatchObject({ exitCode: 1, outputs: {} })
  expect(lines(step.stdout, 'error')).toEqual([
    "::error::Input 'replace_slashes_with_hyphens' must be true or false; it is 'maybe'. " +
      "Input 'unsafe_names' must be one of warn, fail, ignore; it is 'Fail'. " +
      "Input 'hash_length' must be a whole number of at least 0 and at most 32; it is '-1'.",
  ])
})
