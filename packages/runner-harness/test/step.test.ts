import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readAction } from '../src/action.ts'
import { interpolate, isTrue } from '../src/expressions.ts'
import { fixture } from '../src/fixture.ts'
import { createJob } from '../src/index.ts'

const PRINT_ENV = "write('OUTPUT', 'env=' + JSON.stringify(env) + '\\n')"

function environment(step: { outputs: Record<string, string> }): Record<string, string> {
  return JSON.parse(step.outputs['env'] ?? '{}')
}

describe('the process', () => {
  test('is Node 24 in the workspace, with pipes and a closed stdin', async () => {
    await using job = await createJob({ workspace: { 'sub/file.txt': 'hello' } })
    const action = fixture(
      job,
      `const facts = { node: process.version, cwd: process.cwd(), file: fs.readFileSync('sub/file.txt', 'utf8'),
         tty: [0, 1, 2].map((fd) => fs.fstatSync(fd).isFIFO() || fs.fstatSync(fd).isSocket()), argv: process.argv.length,
         stdin: fs.readFileSync(0, 'utf8') }
       write('OUTPUT', 'facts=' + JSON.stringify(facts) + '\\n')`,
    )
    const facts = JSON.parse((await job.run(action)).outputs['facts'] ?? '')
    expect(facts).toMatchObject({ cwd: job.folders.workspace, file: 'hello', tty: [true, true, true], stdin: '' })
    expect(facts).toMatchObject({ node: expect.stringMatching(/^v24\./), argv: 2 })
  })

  test.each([
    { code: '', conclusion: 'success', exitCode: 0, signal: null },
    { code: 'process.exit(3)', conclusion: 'failure', exitCode: 3, signal: null },
    { code: "process.kill(process.pid, 'SIGKILL')", conclusion: 'failure', exitCode: 137, signal: 'SIGKILL' },
  ])('ends as $conclusion with $exitCode', async ({ code, ...expected }) => {
    await using job = await createJob()
    expect(await job.run(fixture(job, code))).toMatchObject({ ...expected, leftovers: [] })
    expect(job.status).toBe(expected.conclusion)
  })
})

describe('the environment', () => {
  test('has all documented variables and nothing of the developer', async () => {
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'DOCKER_HOST', 'GITHUB_TOKEN']) vi.stubEnv(name, 'the developer')
    vi.stubEnv('PATH', '/somewhere/node_modules/.bin:/usr/bin')
    onTestFinished(() => void vi.unstubAllEnvs())
    await using job = await createJob({ repository: 'octo/shop', ref: 'refs/tags/v1', sha: 'f'.repeat(40) })
    const env = environment(await job.run(fixture(job, PRINT_ENV), { id: 'first' }))
    expect(Object.values(env)).not.toContain('the developer')
    expect(env).toMatchObject({ PATH: '/usr/bin', HOME: job.folders.home })
    expect(env).toMatchObject({ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ACTION: 'first', GITHUB_REF_TYPE: 'tag' })
    expect(env).toMatchObject({ GITHUB_REF: 'refs/tags/v1', GITHUB_REF_NAME: 'v1', GITHUB_SHA: 'f'.repeat(40) })
    expect(env).toMatchObject({ GITHUB_REPOSITORY: 'octo/shop', GITHUB_REPOSITORY_OWNER: 'octo', GITHUB_HEAD_REF: '' })
    expect(env).toMatchObject({ RUNNER_TEMP: job.folders.temp, RUNNER_OS: 'Linux' })
    expect(env).not.toHaveProperty('RUNNER_DEBUG')
    const documented = `ACTOR ACTOR_ID API_URL BASE_REF ENV EVENT_NAME EVENT_PATH GRAPHQL_URL JOB OUTPUT PATH REF_PROTECTED
      REPOSITORY_ID REPOSITORY_OWNER_ID RETENTION_DAYS RUN_ATTEMPT RUN_ID RUN_NUMBER SERVER_URL STATE STEP_SUMMARY
      TRIGGERING_ACTOR WORKFLOW WORKFLOW_REF WORKFLOW_SHA WORKSPACE`
    expect(Object.keys(env)).toEqual(expect.arrayContaining(documented.split(/\s+/).map((name) => `GITHUB_${name}`)))
    const runner = ['RUNNER_ARCH', 'RUNNER_ENVIRONMENT', 'RUNNER_NAME', 'RUNNER_TOOL_CACHE']
    expect(Object.keys(env)).toEqual(expect.arrayContaining(runner))
  })

  test('says when debugging is on', async () => {
    await using job = await createJob({ debug: true })
    expect(environment(await job.run(fixture(job, PRINT_ENV)))).toMatchObject({ RUNNER_DEBUG: '1' })
  })

  test('tells the event', async () => {
    const payload = { pull_request: { head: { ref: 'feature/x' }, base: { ref: 'main' } } }
    await using job = await createJob({ event: { name: 'pull_request', payload }, ref: 'refs/pull/7/merge' })
    const env = environment(await job.run(fixture(job, PRINT_ENV)))
    expect(env).toMatchObject({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF_NAME: '7/merge' })
    expect(env).toMatchObject({ GITHUB_HEAD_REF: 'feature/x', GITHUB_BASE_REF: 'main' })
    expect(JSON.parse(readFileSync(env['GITHUB_EVENT_PATH'] ?? '', 'utf8'))).toEqual(payload)
  })

  test('is decided by machine, job, exported variables, step, inputs and context, the later the stronger', async () => {
    const machine = { M: 'machine', J: 'machine', E: 'machine', S: 'machine', CI: 'mine' }
    await using job = await createJob({
      machine,
      env: { J: 'job', E: 'job', S: 'job', GITHUB_REF: 'job', NODE_ICU_DATA: '/' },
    })
    await job.run(fixture(job, "write('ENV', 'E=exported\\nS=exported\\nINPUT_A=exported\\n')"))
    const action = fixture(job, PRINT_ENV, { inputs: { a: {} } })
    const step = await job.run(action, { env: { S: 'step', INPUT_A: 'step' }, with: { a: 'input' } })
    expect(environment(step)).toMatchObject({ M: 'machine', J: 'job', E: 'exported', S: 'step', INPUT_A: 'input' })
    expect(environment(step)).toMatchObject({ GITHUB_REF: 'refs/heads/main', GITHUB_ACTIONS: 'true', CI: 'mine' })
    expect(environment(step)).not.toHaveProperty('NODE_ICU_DATA')
  })
})

describe('inputs', () => {
  const inputs = {
    'tag-mutability': { default: 'MUTABLE' },
    'two words': { default: true },
    number: { default: 1.5 },
    token: { default: `\${{ github.token }}` },
    image: { default: `\${{ github.repository }}:\${{ runner.os }}` },
    needed: { required: true },
    old: { deprecationMessage: 'Use needed.' },
  }

  test('are encoded as variables, with evaluated defaults', async () => {
    await using job = await createJob()
    const env = environment(await job.run(fixture(job, PRINT_ENV, { inputs }), { with: { Number: 2 } }))
    expect(env).toMatchObject({ 'INPUT_TAG-MUTABILITY': 'MUTABLE', INPUT_TWO_WORDS: 'true', INPUT_NUMBER: '2' })
    expect(env).toMatchObject({ INPUT_TOKEN: job.token, INPUT_IMAGE: 'octo-org/app:Linux', INPUT_NEEDED: '' })
  })

  test('that are unknown or deprecated give a warning and are passed on', async () => {
    await using job = await createJob()
    const action = fixture(job, PRINT_ENV, { inputs })
    const step = await job.run(action, { with: { needed: '', 'build-args': 'x', extra: 'y', old: 'z' } })
    expect(environment(step)).toMatchObject({ 'INPUT_BUILD-ARGS': 'x', INPUT_EXTRA: 'y', INPUT_OLD: 'z' })
    const valid = Object.keys(inputs).join("', '")
    expect(step.annotations.map(({ level, message }) => [level, message])).toEqual([
      ['warning', "Input 'old' has been deprecated with message: Use needed."],
      ['warning', `Unexpected input(s) 'build-args', 'extra', valid inputs are ['${valid}']`],
    ])
    expect(step.conclusion).toBe('success')
  })

  test('are shown in the log, masked, without the empty ones', async () => {
    await using job = await createJob({ env: { SHOWN: 'yes' }, machine: { HIDDEN: 'yes' }, secrets: ['hunter-two'] })
    const step = await job.run(fixture(job, '', { inputs: { a: {}, b: {} } }), { with: { a: 'hunter-two' } })
    expect(step.log).toContain(['with:', '  a: ***', 'env:', '  SHOWN: yes', '##[endgroup]', ''].join('\n'))
  })

  test('come from the action of that name', () => {
    const origin = { action_repository: 'org/actions', action_ref: 'v1' }
    expect(readAction('branch-name')).toMatchObject({
      name: 'org/actions/branch-name@v1',
      origin,
      main: 'dist/index.js',
    })
    expect(readAction('branch-name').inputs.get('strip_tag_prefix')).toBe('')
  })

  test('of an action that cannot be run are told apart', async () => {
    await using job = await createJob()
    await expect(job.run('/nowhere')).rejects.toThrow('/nowhere has no action.yml.')
    await expect(job.run(fixture(job, '', { using: 'docker' }))).rejects.toThrow("'using: node24'")
    await expect(job.run(fixture(job, '', { main: 'dist/index.js' }))).rejects.toThrow("Run 'npm run build' first")
  })
})

describe('expressions', () => {
  const contexts = { github: { token: 't', event: { Number: 7 } }, runner: { os: 'Linux' } }
  const scope = { contexts, status: 'failure' as const }

  test.each([
    [`\${{ github.token }}`, 't'],
    [`a-\${{ github.event.number }}-\${{ github['event']['number'] }}`, 'a-7-7'],
    [`\${{ github.missing.deeper || 'other' }}`, 'other'],
    [`\${{ github.event.number == 7 && 'it''s' }}`, "it's"],
    [`\${{ null }}|\${{ true }}|\${{ 1.5 }}|\${{ github.event }}`, '|true|1.5|Object'],
    [`\${{ runner.os != 'linux' }}`, 'false'],
  ])('%s is %s', (text, value) => {
    expect(interpolate(text, scope)).toBe(value)
  })

  test.each([
    ['always()', true],
    ['success()', false],
    [`\${{ failure() }}`, true],
    ["!cancelled() && (runner.os == 'Windows' || failure())", true],
  ])('%s holds: %s', (condition, value) => {
    expect(isTrue(condition, scope)).toBe(value)
  })

  test.each(['secrets.X', 'github.', 'hashFiles()', 'a b', 'github.token }', '1 +'])('%s is refused', (expression) => {
    expect(() => isTrue(expression, scope)).toThrow('The test runner cannot read the expression')
  })
})
