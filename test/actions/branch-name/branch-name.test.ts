import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isUnsafe } from '../../../actions/branch-name/src/unsafe-names.ts'
import { expectations, VECTORS } from '../../../actions/branch-name/test/vectors.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { fakeGitHub } from '../../../packages/stand-ins/src/github-api.ts'
import { type BundleStep, commandLines, runBundle } from '../../support/bundle-process.ts'
import { HOSTILE_NAMES } from '../../support/hostile-names.ts'

const repository = { full_name: 'octo/app', default_branch: 'main' }
const SHA = '5f6e7d8c9b0a1f2e3d4c5b6a79880716253443f2'
const ENV = { GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: SHA }

const ACTION = join(REPOSITORY, 'actions/branch-name')
const OUTPUTS = Object.keys(parse(readFileSync(join(ACTION, 'action.yml'), 'utf8')).outputs).sort()

/** Node refuses to start any process. */
const NO_PROCESSES = { NODE_OPTIONS: '--permission --allow-fs-read=* --allow-fs-write=*' }

const push: BundleStep = {
  env: { ...ENV, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
  payload: { ref: 'refs/heads/main', repository },
}

describe.concurrent('vectors', () => {
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

describe('hostile names of branches', () => {
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
    expect(step.argv.filter(([, script]) => !script?.endsWith('/dist/index.js'))).toEqual([])
    expect(
      Object.values(step.files)
        .flat()
        .filter((path) => path.includes('PWNED')),
    ).toEqual([])
    expect([step.env, step.path, step.state]).toEqual([{}, [], {}])
  })
})

describe.concurrent('hostile names of forks and tags', () => {
  test.each(HOSTILE_NAMES)('of a fork, $why: $name', async ({ name }) => {
    const head = { ref: name, repo: { full_name: 'eve/app' } }
    const { outputs, stderr } = await runBundle('branch-name', {
      env: { ...ENV, ...NO_PROCESSES, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/12/merge' },
      payload: { repository, pull_request: { number: 12, head, base: { ref: 'main' } } },
    })
    expect(outputs).toMatchObject({ head_ref_branch: name, current_branch: name, source_trusted: 'false' })
    expect(outputs['docker_tag']).not.toBe(name)
    expect(stderr).toBe('')
  })

  test.each(HOSTILE_NAMES)('of a tag, $why: $name', async ({ name }) => {
    await using github = await fakeGitHub(() => ({ body: [] }))
    const ref = { GITHUB_EVENT_NAME: 'push', GITHUB_REF: `refs/tags/${name}` }
    const { outputs } = await runBundle('branch-name', {
      inputs: { github_token: 'ghs_token' },
      env: { ...ENV, ...NO_PROCESSES, ...ref, GITHUB_API_URL: github.url },
      payload: { repository, ref: `refs/tags/${name}`, base_ref: `refs/heads/${name}` },
    })
    expect(outputs).toMatchObject({ tag: name, current_branch: name, base_ref_branch: name, is_default: '' })
    expect(github.calls).toContain(`GET /repos/octo/app/compare/${SHA}...${name}`)
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
    expect(commandLines(step.stdout, 'warning')).toEqual([
      "::warning::The name '$(id)' in current_branch, ref_branch, source_branch contains characters that a shell interprets. " +
        `Pass it to 'run:' only through the environment: 'env: { NAME: "\${{ steps.<id>.outputs.current_branch }}" }', ` +
        'then "$NAME".',
    ])
  })

  test('fail the step where that is asked for', async () => {
    const step = await runBundle('branch-name', { ...hostile, inputs: { unsafe_names: 'fail' } })
    expect(step).toMatchObject({ exitCode: 1, outputs: {}, summary: '' })
    expect(commandLines(step.stdout, 'error')).toHaveLength(1)
  })
})

test('without a file for the summary, as on some other runners, the step works', async () => {
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
  expect(commandLines(step.stdout, 'error')).toEqual([
    "::error::Input 'replace_slashes_with_hyphens' must be true or false; it is 'maybe'. " +
      "Input 'unsafe_names' must be one of warn, fail, ignore; it is 'Fail'. " +
      "Input 'hash_length' must be a whole number of at least 0 and at most 32; it is '-1'.",
  ])
})
