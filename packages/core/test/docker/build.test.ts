import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Environment } from '../../src/base/environment.ts'
import { Failure } from '../../src/base/failure.ts'
import { pushedDigest, runBuild } from '../../src/docker/build.ts'
import { PushFailure } from '../../src/docker/push-failure.ts'
import type { Builder } from '../../src/docker/toolset.ts'
import type { Exec, ExecResult } from '../../src/step/exec.ts'
import { type Call, memoryJob } from '../../src/testing.ts'
import { BUILDKIT } from '../support/build-logs.ts'
import { testFolder } from '../support/folder.ts'

const SPEC = {
  context: '$(id)',
  dockerfile: 'docker/Dockerfile',
  reference: 'registry.example/app:1',
  output: 'engine',
} as const
const LOGIN = { DOCKER_CONFIG: '/tmp/login' }
const FILES = ['--file', 'docker/Dockerfile', '--tag', 'registry.example/app:1']

/** Runs one build of a docker that answers so, and writes what it is asked to write. */
async function build(
  given: Partial<Parameters<typeof runBuild>[0]>,
  by: Builder,
  answer: Partial<ExecResult> = {},
  env: Environment = {},
) {
  const calls: Call[] = []
  const exec: Exec = {
    async run(command, args, options = {}) {
      calls.push({ command, args, options })
      args.forEach((arg, at) => {
        if (arg === '--iidfile') writeFileSync(args[at + 1] ?? '', 'sha256:1d')
        const [flag, file = args[at + 1] ?? ''] = arg.split('=')
        if (flag === '--metadata-file') writeFileSync(file, '{ "containerimage.digest": "sha256:ab" }\n')
      })
      return { exitCode: 0, stdout: '', stderr: '', ...answer }
    },
  }
  const temp = testFolder()
  const job = memoryJob({ ...env, RUNNER_TEMP: temp }, { exec })
  const result = await runBuild({ ...SPEC, ...given }, by, LOGIN, job)
  const [call] = calls
  job.cleanUp()
  expect(readdirSync(temp)).toEqual([])
  return {
    result,
    call,
    told: job.told,
    args: call?.args.map((arg) => (arg.startsWith(temp) ? arg.replace(/^.*\//, '…/') : arg)),
  }
}

describe('the command', () => {
  const ID = ['--iidfile', '…/id']
  const METADATA = ['--metadata-file', '…/metadata']

  test.each<[Builder, string[], object]>([
    ['buildx', ['buildx', 'build', '--load', '--progress=plain', ...ID, ...METADATA], LOGIN],
    ['buildkit', ['build', '--progress=plain', ...ID], { ...LOGIN, DOCKER_BUILDKIT: '1' }],
    ['classic', ['build', ...ID], { ...LOGIN, DOCKER_BUILDKIT: '0' }],
  ])('of %s', async (builder, command, env) => {
    const { call, args } = await build({ options: ['--pull'] }, builder)
    expect(args).toEqual([...command, ...FILES, '--pull', '--', '$(id)'])
    expect([call?.command, call?.options]).toEqual(['docker', { env, echo: true }])
  })

  test('reaches the cache of GitHub where it is asked for, by nobody else than buildx', async () => {
    const env = { ACTIONS_RUNTIME_TOKEN: 't0ken', ACTIONS_RESULTS_URL: 'https://results' }
    const options = ['--cache-to=type=gha']
    expect((await build({ options }, 'buildx', {}, env)).call?.options.env).toMatchObject({ ...env, ...LOGIN })
    expect((await build({ options }, 'buildkit', {}, env)).call?.options.env).not.toMatchObject(env)
  })

  test.each([
    ['registry', ['--output=type=image,push=true,store=false']],
    ['none', []],
  ] as const)('of a builder by name, with the image to %s', async (output, option) => {
    const { args } = await build({ output, builder: 'far' }, 'buildx')
    expect(args?.slice(0, 4 + option.length)).toEqual([
      'buildx',
      'build',
      '--builder=far',
      ...option,
      '--progress=plain',
    ])
  })
})

describe('what the builder says', () => {
  test.each<[Builder, string]>([
    ['buildx', '{ "containerimage.digest": "sha256:ab" }'],
    ['buildkit', ''],
    ['classic', ''],
  ])('is read from the files of %s', async (builder, metadata) => {
    expect((await build({}, builder)).result).toEqual({ imageId: 'sha256:1d', metadata })
  })

  test('is read from the files that the options name', async () => {
    const folder = testFolder()
    const options = ['--iidfile', `${folder}/mine`, `--metadata-file=${folder}/other`]
    const { result } = await build({ options }, 'buildx')
    expect(result).toEqual({ imageId: 'sha256:1d', metadata: '{ "containerimage.digest": "sha256:ab" }' })
    expect(readdirSync(folder).sort()).toEqual(['mine', 'other'])
  })

  test('names the digest, or does not', () => {
    expect(pushedDigest({ imageId: '', metadata: '{"containerimage.digest":"sha256:ab"}' })).toBe('sha256:ab')
    expect(pushedDigest({ imageId: '', metadata: '{}' })).toBeUndefined()
    expect(pushedDigest({ imageId: '', metadata: '' })).toBeUndefined()
  })
})

describe('a failure', () => {
  test('of the build says at which step', async () => {
    const stderr = BUILDKIT['20.10, file to copy is missing']
    await expect(build({}, 'buildkit', { exitCode: 1, stderr })).rejects.toThrow(
      new Failure(
        'The build failed at [1/1] COPY missing /x: "missing" is not in the build context, or .dockerignore leaves it out',
      ),
    )
  })

  test('of the build is at a line of the workspace, as are the warnings of checks', async () => {
    const workspace = testFolder()
    writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n\nCOPY \\\n  missing /x\n')
    const spec = { context: workspace, dockerfile: join(workspace, 'Dockerfile') }
    const warnings = ' \u001b[33m1 warning found (use docker --debug to expand):\n\u001b[0m - Rule: why (line 1)\n'
    const answer = { exitCode: 1, stderr: BUILDKIT['20.10, file to copy is missing'] }
    const failed = build(spec, 'buildx', answer, { GITHUB_WORKSPACE: workspace })
    await expect(failed).rejects.toMatchObject({ at: { file: 'Dockerfile', line: 3 } })
    const { told } = await build(spec, 'buildx', { stderr: warnings }, { GITHUB_WORKSPACE: workspace })
    expect(told.lines).toEqual(['warning: Dockerfile:1: Rule: why'])
  })

  test('of the push that goes with it is one of the push', async () => {
    const stderr = '#6 DONE\nERROR: failed to solve: failed to push r/app:1: toomanyrequests: Rate exceeded\n'
    const failed = build({ output: 'registry' }, 'buildx', { exitCode: 1, stderr })
    await expect(failed).rejects.toThrow(new PushFailure(SPEC.reference, 'toomanyrequests: Rate exceeded'))
  })
})
