import { readdirSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import type { Job } from '../../src/step/job.ts'
import { testFolder } from '../support/folder.ts'
import { runInProcess } from '../support/in-process.ts'
import { runStep, startStep } from '../support/step.ts'

vi.setConfig({ testTimeout: 60_000 })

const readInputs = () => ({})

describe('the main step', () => {
  test("writes what main returns as outputs, in the runner's files", async () => {
    const step = await runStep({ work: 'succeed', size: '1' })
    expect(step.exitCode).toBe(0)
    expect(step.outputs).toEqual({ text: 'two\nlines', count: '2', flag: 'false', nothing: '' })
    expect(step.variables).toEqual({ DONE: 'yes' })
    expect(step.summary).toBe('### Done\n')
    expect(step.commands).toEqual([])
    expect(step.state).toEqual({})
  })

  test('gives main the inputs that were read', async () => {
    const told = await runInProcess(
      {
        readInputs: (input) => ({ repo: input.string('repo'), tags: input.list('tags') }),
        main: async ({ repo, tags }) => ({ images: tags.map((tag) => `${repo}:${tag}`).join(' ') }),
      },
      { env: { INPUT_REPO: 'app', INPUT_TAGS: 'a,b' } },
    )
    expect(told).toMatchObject({ outputs: { images: 'app:a app:b' }, lines: [], state: {} })
  })

  test('with several wrong inputs fails with all of them in one line, and does nothing', async () => {
    const step = await runStep({ work: 'nothing', size: '10' })
    expect(step.exitCode).toBe(1)
    expect(step.commands).toEqual([
      "::error::Input 'work' must be one of succeed, fail, bug, wait, ignore, finish, leave, child, tail; it is 'nothing'. Input 'size' must be a whole number of at least 1 and at most 9; it is '10'.",
    ])
    expect(step.outputs).toEqual({})
  })

  test('warns of inputs that it does not have', async () => {
    const step = await runStep({ work: 'succeed', size: '1', 'work-': 'x', zzz: 'y' })
    expect(step.exitCode).toBe(0)
    expect(step.commands).toEqual([
      "::warning::Unknown input 'work-'. Did you mean 'work'?",
      "::warning::Unknown input 'zzz'.",
    ])
  })
})

describe('on a system that the action does not work on', () => {
  const neverRun = {
    readInputs: (): object => {
      throw new Error('must not be asked')
    },
    main: async () => ({ ran: true }),
  }

  test.each([
    ['win32', 'Windows'],
    ['freebsd', 'freebsd'],
  ] as const)('%s, it fails before it reads an input', async (platform, system) => {
    const told = await runInProcess(neverRun, { platform })
    expect(told).toMatchObject({ outputs: {}, variables: {} })
    expect(told.lines).toEqual([
      `error: This action runs on Linux and macOS, but this runner has ${system}. Use a Linux runner for the job: 'runs-on: [self-hosted, Linux]'.`,
    ])
  })

  test('and on another it does', async () => {
    const told = await runInProcess({ ...neverRun, readInputs: () => ({}) }, { platform: 'darwin' })
    expect(told).toMatchObject({ outputs: { ran: true }, lines: [] })
  })
})

describe('an error', () => {
  test('ends the children that ran beside what failed', async () => {
    let beside: Promise<unknown> | undefined
    const failing = {
      readInputs,
      main: (_inputs: object, job: Job) =>
        new Promise<Record<string, string>>((_, fail) => {
          const begun = () => fail(new Failure('It went wrong.'))
          beside = job.exec.run('sleep', ['600'], { begun }).then(
            () => 'left alone',
            () => 'ended',
          )
        }),
    }
    expect(await runInProcess(failing, { env: { PATH: process.env['PATH'] } })).toMatchObject({ outputs: {} })
    expect(await beside).toBe('ended')
  })

  test('that is a Failure is its line, with what was done before, and its outputs are written', async () => {
    const step = await runStep({ work: 'fail', size: '1' }, { env: { RUNNER_DEBUG: '1' } })
    expect(step.exitCode).toBe(1)
    expect(step.commands).toEqual([
      '::error file=docker/Dockerfile,line=3::Input is wrong. Already done: created repository team/app.%0A100%25 of it.',
      '::debug::Cause: the SDK said no',
    ])
    expect(step.stderr).toBe('')
    expect(step.outputs).toEqual({ cause: 'test' })
  })

  test('is told also where its outputs cannot be written, or a path cannot be used', async () => {
    const out = await runStep({ work: 'fail', size: '1' }, { env: { GITHUB_OUTPUT: '/proc' } })
    expect(out.commands.map((line) => line.replace(/::.*?::/, '').slice(0, 66))).toEqual([
      "The runner's file that GITHUB_OUTPUT names cannot be written: EISD",
      'Input is wrong. Already done: created repository team/app.%0A100%2',
      'Cause: the SDK said no',
    ])
    expect([out.exitCode, out.stderr]).toEqual([1, ''])
    const before = await runStep({ work: 'fail', size: '1' }, { env: { GITHUB_ENV: '/nowhere/file' } })
    expect(before.commands).toEqual([
      "::error::The runner's file that GITHUB_ENV names cannot be written: ENOENT: no such file or directory, access '/nowhere/file'. Leave this variable as the runner sets it.",
      "::debug::Cause: ENOENT: no such file or directory, access '/nowhere/file'",
    ])
    const failing = { readInputs, main: async (_: unknown, job: Job) => ({ folder: job.temporaryFolder('x') }) }
    expect((await runInProcess(failing, { env: { RUNNER_TEMP: '/dev/null' } })).lines).toEqual([
      expect.stringMatching(/^error: A file or folder of the runner cannot be used: \w+: .*'\/dev\/null/),
      expect.stringMatching(/^debug: Error: \w+: .*\n {4}at /),
    ])
  })

  test('that is a bug keeps its stack', async () => {
    const step = await runStep({ work: 'bug', size: '1' })
    expect(step.exitCode).toBe(1)
    expect(step.commands).toHaveLength(1)
    expect(step.commands[0]).toMatch(
      /^::error::Unexpected error, please report it: TypeError: x is not a function%0A {4}at .*fixture-action\.ts:\d+:\d+/,
    )
  })

  test('of any kind is told once', async () => {
    const failing = (error: unknown) => runInProcess({ readInputs, main: () => Promise.reject(error) })
    expect((await failing(new Failure('Mend this.'))).lines).toEqual(['error: Mend this.'])
    expect((await failing('text')).lines).toEqual(['error: Unexpected error, please report it: text'])
    expect((await failing(new Error('a', { cause: 'b' }))).lines).toEqual([
      expect.stringMatching(/^error: Unexpected error, please report it: Error: a\n/),
      'debug: Cause: b',
    ])
  })

  test('of the inputs ends the step before main', async () => {
    const { lines, outputs } = await runInProcess({
      readInputs: (input) => input.string('repo'),
      main: async () => ({ reached: true }),
    })
    expect([lines, outputs]).toEqual([["error: Input 'repo' is required. Add it under 'with:'."], {}])
  })

  test.each([
    ['well', () => Promise.resolve({})],
    ['badly', () => Promise.reject(new Error('no'))],
  ])('or none: a step that ends %s has removed its temporary folders', async (_, end) => {
    const temp = testFolder()
    await runInProcess(
      {
        readInputs,
        main: (_, job) => {
          expect(job.temporaryFolder('x')).toContain(temp)
          return end()
        },
      },
      { env: { RUNNER_TEMP: temp } },
    )
    expect(readdirSync(temp)).toEqual([])
  })
})

describe('a cancelled step', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('that waits ends at %s with a line', async (signal) => {
    const step = startStep({ work: 'wait', size: '1' })
    await step.said(/::group::Wait/)
    step.kill(signal)
    const { exitCode, commands, stderr, outputs } = await step.end
    expect([exitCode, stderr, outputs]).toEqual([1, '', {}])
    expect(commands.at(-1)).toBe(`::error::Cancelled by ${signal} during 'Wait for Docker'. Nothing was changed.`)
  })

  test('that ignores the signal ends all the same, and says what it has done', async () => {
    const step = startStep({ work: 'ignore', size: '1' })
    await step.said(/::group::Tag/)
    step.kill('SIGINT')
    await step.said(/ignoring the signal/)
    step.kill('SIGTERM')
    const { exitCode, commands } = await step.end
    expect(exitCode).toBe(1)
    expect(commands.filter((line) => line.startsWith('::error::'))).toEqual([
      "::error::Cancelled by SIGINT during 'Tag'. Already done: created repository team/app; pushed team/app:1.",
    ])
  })

  test('whose work comes to its end keeps the outputs', async () => {
    const step = startStep({ work: 'finish', size: '1' })
    await step.said(/waiting for the signal/)
    step.kill('SIGTERM')
    const { exitCode, commands, outputs } = await step.end
    expect([exitCode, outputs]).toEqual([1, { text: 'finished' }])
    expect(commands).toEqual(['::error::Cancelled by SIGTERM. Nothing was changed.'])
  })

  test('has removed its temporary folders', async () => {
    const step = startStep({ work: 'leave', size: '1' })
    await step.said(/left a folder/)
    step.kill('SIGTERM')
    expect((await step.end).left).toEqual([])
  })
})

describe('the post step', () => {
  const main = async () => ({ main: true })

  test('runs from the same bundle after the main step, and only then', async () => {
    const ran: string[] = []
    const action = {
      readInputs,
      main: async () => ({ steps: ran.push('main') }),
      post: [() => void ran.push('post')],
    }
    await runInProcess(action)
    expect(ran).toEqual(['main'])
    expect((await runInProcess(action, { post: true })).outputs).toEqual({})
    expect(ran).toEqual(['main', 'post'])
  })

  test('is none where the action has none', async () => {
    expect((await runInProcess({ readInputs, main }, { post: true })).outputs).toEqual({ main: true })
  })

  test.each([
    [
      new Failure('The folder is busy.'),
      /^warning: Cleaning up failed; the job is not affected: The folder is busy\.$/,
    ],
    [new Error('busy'), /^warning: .*: Unexpected error, please report it: Error: busy\n {4}at /],
  ])('that fails with %j is a warning, and the rest is still done', async (error, line) => {
    const ran: string[] = []
    const post = [() => Promise.reject(error), () => void ran.push('the rest')]
    const { lines } = await runInProcess({ readInputs, main, post }, { post: true })
    expect(lines).toEqual([expect.stringMatching(line)])
    expect(ran).toEqual(['the rest'])
  })

  test('never fails the job', async () => {
    const { exitCode, commands } = await runStep({}, { post: true, env: { POST: 'fail' } })
    expect(exitCode).toBe(0)
    expect(commands).toEqual([
      expect.stringMatching(/^::warning::Cleaning up failed; the job is not affected: .*: Error: the folder is busy/),
    ])
  })

  test('that is cancelled ends with a line', async () => {
    const step = startStep({}, { post: true, env: { POST: 'wait' } })
    await step.said(/cleaning up/)
    step.kill('SIGTERM')
    const { exitCode, commands } = await step.end
    expect([exitCode, commands]).toEqual([1, ['::error::Cancelled by SIGTERM. Nothing was changed.']])
  })

  test('removes what a killed main step left', async () => {
    const temp = testFolder()
    const step = startStep({ work: 'leave', size: '1' }, { temp })
    await step.said(/left a folder/)
    step.kill('SIGKILL')
    const { exitCode, left, state } = await step.end
    expect(exitCode).toBeNull()
    expect(left).toEqual([expect.stringMatching(/^left-/)])
    const post = await runStep({}, { state, temp, post: true })
    expect([post.exitCode, post.commands, post.left]).toEqual([0, [], []])
  })
})
