import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { LONGEST } from '../../scripts/test/longest-first.ts'

const CONFIG = `import { defineConfig } from 'vitest/config'
export default defineConfig({ test: { retry: 1 } })
`

const TESTS = `import { expect, it } from 'vitest'
let runs = 0
it('passes', () => {})
it('passes when it is retried', () => expect(++runs).toBe(2))
it('is not for this machine', (context) => context.skip(true, 'there is no moon'))
`

describe('npm test', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'summary-'))
    symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'))
    mkdirSync(join(folder, 'test'))
    writeFileSync(join(folder, 'vitest.config.ts'), CONFIG)
    writeFileSync(join(folder, 'test', 'some.test.ts'), TESTS)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function run(env: Record<string, string>, ...args: string[]) {
    const script = join(REPOSITORY, 'scripts/test.ts')
    const options = { cwd: folder, env: { ...process.env, NO_SKIPS: '', ...env } }
    const done = promisify(execFile)(process.execPath, [script, ...args], options)
    const { stdout } = await done.catch((error) => error)
    const code = done.child.exitCode
    return { code, lines: stdout.trimEnd().split('\n') }
  }

  it('ends with the longest files, the skipped tests, the flaky ones, and the sums', async () => {
    const { code, lines } = await run({ MAX_FLAKY: '1' })
    expect(lines.slice(lines.indexOf('The longest files, in seconds'))).toEqual([
      'The longest files, in seconds',
      expect.stringMatching(/^ +\d+\.\d {2}test\/some\.test\.ts$/),
      '',
      'Skipped, because there is no moon',
      '  test/some.test.ts: is not for this machine',
      '',
      'flaky: 1',
      '  test/some.test.ts: passes when it is retried',
      '',
      'tests: 2 passed, 0 failed, 1 skipped',
    ])
    expect(code).toBe(0)
  })

  it.each([{ MAX_FLAKY: '0' }, { NO_SKIPS: '1' }])('fails with %j', async (env) => {
    const { code, lines } = await run(env)
    expect(lines.at(-1)).toBe('tests: 2 passed, 0 failed, 1 skipped')
    expect(code).toBe(1)
  })

  it('fails where no test ran', async () => {
    expect(await run({}, 'nothing')).toMatchObject({ code: 1 })
  })
})

describe('the files that start first', () => {
  it.each(LONGEST)('%s is a test', (file) => {
    expect(readFileSync(join(REPOSITORY, file), 'utf8')).toContain("from 'vitest'")
  })
})
