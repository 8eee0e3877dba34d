import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { fakeGitHub } from '../../../packages/stand-ins/src/github-api.ts'
import { type BundleStep, commandLines, runBundle } from '../../support/bundle-process.ts'

const ACTION = join(REPOSITORY, 'actions/branch-name')
const repository = { full_name: 'octo/app', default_branch: 'main' }
const SHA = '5f6e7d8c9b0a1f2e3d4c5b6a79880716253443f2'
const ENV = { GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: SHA }

const push: BundleStep = {
  env: { ...ENV, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
  payload: { ref: 'refs/heads/main', repository },
}
const comment: BundleStep = {
  inputs: { github_token: 'ghs_token' },
  env: { ...ENV, GITHUB_EVENT_NAME: 'issue_comment', GITHUB_REF: 'refs/heads/main' },
  payload: { issue: { number: 12, pull_request: {} }, repository },
}

describe("GitHub's API", () => {
  const unanswered = { source_branch: '', source_repository: '', is_fork: '', source_trusted: 'false', pr_number: '12' }

  test('is not asked without a token, and a notice names the permission', async () => {
    await using github = await fakeGitHub(() => undefined)
    const env = { ...comment.env, GITHUB_API_URL: github.url }
    const step = await runBundle('branch-name', { ...comment, inputs: {}, env })
    expect(step).toMatchObject({ exitCode: 0, outputs: unanswered })
    expect(commandLines(step.stdout, 'notice')).toEqual([expect.stringContaining("'permissions: pull-requests: read'")])
    expect(github.calls).toEqual([])
  })

  test.each([401, 403, 404, 500])('may answer %i, and a notice names the permission', async (status) => {
    await using github = await fakeGitHub(() => ({ status, body: { message: 'Resource not accessible' } }))
    const step = await runBundle('branch-name', { ...comment, env: { ...comment.env, GITHUB_API_URL: github.url } })
    expect(step).toMatchObject({ exitCode: 0, outputs: unanswered })
    expect(commandLines(step.stdout, 'notice')).toEqual([
      '::notice::source_branch and source_repository stay empty. ' +
        `GitHub's API answered ${status}: Resource not accessible. ` +
        "The job needs 'permissions: pull-requests: read' for it.",
    ])
    expect(github.calls).toHaveLength(status === 500 ? 4 : 1)
  })

  test('may never answer', async () => {
    await using github = await fakeGitHub(() => new Promise(() => undefined))
    const step = await runBundle('branch-name', { ...comment, env: { ...comment.env, GITHUB_API_URL: github.url } })
    expect(step).toMatchObject({ exitCode: 0, outputs: unanswered })
    expect(commandLines(step.stdout, 'notice')).toEqual([expect.stringContaining('no complete answer within 5 s')])
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
