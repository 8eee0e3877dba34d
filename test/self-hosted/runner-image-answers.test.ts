import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { testFolder } from '../../packages/core/test/support/folder.ts'
import { fakeGitHub, type Reply } from '../../packages/stand-ins/src/github-api.ts'
import {
  fakeContainer,
  LIST,
  organisation,
  PAT,
  REGISTER,
  REGISTRATION_TOKEN,
} from '../../packages/stand-ins/src/runner-image.ts'
import { putRunner } from '../../packages/stand-ins/src/runner-stub.ts'

const NOWHERE = { url: 'http://127.0.0.1:1' }

let folder: string
beforeEach(() => {
  folder = testFolder()
})

describe('where GitHub does not register the runner', () => {
  const says = (message: string) => ({ body: { message } })
  it.each<[string, Reply, number, string]>([
    [
      'the token is expired',
      { status: 401, ...says('Bad credentials') },
      22,
      `GitHub does not know the token, or it is no longer valid: GitHub answered 401 (Bad credentials) to ${REGISTER}. Create a new one.`,
    ],
    [
      'there is no such organisation',
      { status: 404, ...says('Not Found') },
      22,
      `There is no https://github.com/acme, or the token does not see it: GitHub answered 404 (Not Found) to ${REGISTER}. It needs`,
    ],
    [
      'there were too many requests at once',
      { status: 403, ...says('secondary rate limit'), headers: { 'retry-after': '60' } },
      23,
      "The runner cannot be registered: GitHub's API takes no more requests from here for 60 s (403). Start the runner again after that.",
    ],
    [
      'there were too many requests, without an end',
      { status: 429, body: {} },
      23,
      "GitHub's API takes no more requests from here (429).",
    ],
    ['a proxy answers', { body: '<html>' }, 23, "GitHub's API answered without 'token'."],
    ['it leads on and on', { status: 302, headers: { location: '/again' } }, 23, "GitHub's API answered 302."],
    [
      'it leads nowhere',
      { status: 307, headers: { location: 'http://[' } },
      23,
      'redirects to "http://[", which is not an HTTP URL.',
    ],
  ])('since %s, one line says so', async (_, reply, code, line) => {
    await using github = await fakeGitHub(() => reply)
    const { status, said } = await fakeContainer(folder, github).start().ended
    expect(said).toContain(line)
    expect(said.trim().split('\n')).toHaveLength(1)
    expect(said).not.toContain(PAT)
    expect(status).toBe(code)
  })
})

describe('a repository that has another name now', () => {
  it('is where the runner is registered', async () => {
    const moved = 'POST /repositories/7/actions/runners/registration-token'
    await using github = await fakeGitHub((call, { authorization }) => {
      if (authorization !== `Bearer ${PAT}`) return { status: 401, body: {} }
      if (call === moved) return { status: 201, body: { token: REGISTRATION_TOKEN } }
      return { status: 307, headers: { location: moved.replace('POST ', '') } }
    })
    const { status, said } = await fakeContainer(folder, github).start({ RUNNER_URL: 'https://github.com/acme/old' })
      .ended
    expect(status, said).toBe(0)
    expect(github.calls).toEqual(['POST /repos/acme/old/actions/runners/registration-token', moved])
  })
})

describe('a runner that is too old', () => {
  const image = { version: '2.320.0', builtDaysAgo: 90 }

  it('is not registered at GitHub, also where it is never updated', async () => {
    const { status, said } = await fakeContainer(folder, NOWHERE, image).start({ RUNNER_UPDATE: 'never' }).ended
    expect(said).toContain('GitHub registers no runner older than 2.329.0; this one is 2.320.0.')
    expect(status).toBe(20)
  })

  it('is registered at an Enterprise Server, which has rules of its own', async () => {
    await using github = await organisation()
    const env = { RUNNER_UPDATE: 'never', RUNNER_URL: 'https://git.acme.example/acme' }
    const { status, said } = await fakeContainer(folder, github, image).start(env).ended
    expect(status, said).toBe(0)
    expect(github.calls).toEqual([REGISTER])
  })
})

it('a folder without a runner is none, whatever is in the folder where the image starts', async () => {
  const container = fakeContainer(folder, NOWHERE)
  putRunner(container.folder, '2.333.0', 0)
  const none = join(container.folder, 'none')
  mkdirSync(none)
  const { status, said } = await container.start({ RUNNER_FOLDER: none }).ended
  expect(said).toContain(`RUNNER_FOLDER must be the folder of a runner; ${none} has no bin/Runner.Listener.deps.json`)
  expect(status).toBe(2)
})

it('a clock that is wrong asks GitHub, instead of taking the runner for a young one', async () => {
  await using github = await organisation(() => ({ body: [] }))
  const { status, said } = await fakeContainer(folder, github, { builtDaysAgo: -400 }).start().ended
  expect(status, said).toBe(0)
  expect(github.calls).toEqual([LIST, REGISTER])
})
