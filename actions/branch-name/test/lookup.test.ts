import { GitHubApiError } from '@container-actions/core'
import { describe, expect, test } from 'vitest'
import { gitHubLookUp } from '../src/lookup.ts'
import { apiOf } from './api.ts'

const SHA = 'b1c2d3e4f5061728394a5b6c7d8e9f0011223344'

test('a pull request provides its head', async () => {
  const ask = (head: unknown) => {
    const api = apiOf({ 'GET /repos/octo/app/pulls/12': { head } })
    return gitHubLookUp(api)({ about: 'pull request', repository: 'octo/app', number: '12' })
  }
  const branch = 'feature/a(b)'
  expect(await ask({ ref: branch, repo: { full_name: 'eve/app' } })).toEqual({
    about: 'pull request',
    branch,
    headRepository: 'eve/app',
  })
  expect(await ask({ ref: branch, repo: null })).toEqual({ about: 'pull request', branch, headRepository: '' })
})

describe('a workflow run', () => {
  const question = {
    about: 'workflow run',
    repository: 'octo/app',
    headRepository: 'eve/app',
    branch: 'fix/#1',
    sha: SHA,
  } as const
  const pull = (number: number, sha: string, repository: string | null) => ({
    number,
    head: { sha, repo: repository === null ? null : { full_name: repository } },
  })
  const ask = (pulls: unknown) => {
    const api = apiOf({ 'GET /repos/octo/app/pulls?head=eve%3Afix%2F%231&state=all': pulls })
    return gitHubLookUp(api)(question)
  }

  test('has the pull request of its repository and commit', async () => {
    const others = [pull(1, 'a'.repeat(40), 'eve/app'), pull(2, SHA, 'eve/other'), pull(3, SHA, null)]
    expect(await ask([...others, pull(4, SHA, 'eve/app')])).toEqual({ about: 'workflow run', number: '4' })
    expect(await ask(others)).toEqual({ about: 'workflow run', number: '' })
    expect(await ask([])).toEqual({ about: 'workflow run', number: '' })
  })
})

describe('a tag', () => {
  const question = { about: 'tag', repository: 'octo/app', sha: SHA, candidates: ['main', 'release/1'] } as const
  const MAIN = `GET /repos/octo/app/compare/${SHA}...main`
  const RELEASE = `GET /repos/octo/app/compare/${SHA}...release%2F1`
  const HEADS = `GET /repos/octo/app/commits/${SHA}/branches-where-head`

  test.each([
    ['ahead', ['main']],
    ['identical', ['main']],
    ['behind', []],
    ['diverged', []],
  ])('is in a branch that is %s', async (status, branches) => {
    const api = apiOf({ [MAIN]: { status }, [RELEASE]: { status: 'diverged' }, [HEADS]: [] })
    expect(await gitHubLookUp(api)(question)).toEqual({ about: 'tag', branches })
    expect(api.calls).toHaveLength(3)
  })

  test('is in the branches whose head it is, each listed once, candidates first', async () => {
    const heads = [{ name: 'x' }, { name: 'release/1' }]
    const api = apiOf({ [MAIN]: { status: 'ahead' }, [RELEASE]: { status: 'identical' }, [HEADS]: heads })
    expect(await gitHubLookUp(api)(question)).toEqual({ about: 'tag', branches: ['main', 'release/1', 'x'] })
  })

  test('uses the responses that arrived', async () => {
    const api = apiOf({ [RELEASE]: { status: 'ahead' } })
    expect(await gitHubLookUp(api)(question)).toEqual({ about: 'tag', branches: ['release/1'] })
    expect(await gitHubLookUp(apiOf({ [HEADS]: [] }))(question)).toEqual({ about: 'tag', branches: [] })
  })

  test('is unknown without any response', async () => {
    await expect(gitHubLookUp(apiOf({}))(question)).rejects.toBeInstanceOf(GitHubApiError)
  })
})
