import { describe, expect, test } from 'vitest'
import { keyValuePairs } from '../src/file-commands.ts'
import { fixture } from '../src/fixture.ts'
import { createJob } from '../src/index.ts'

const pairs = (text: string) => [...keyValuePairs(text)].map(({ key, value }) => [key, value])

describe('key-value files', () => {
  test.each([
    ['a line', 'a=b\n', [['a', 'b']]],
    ['a line without an end', 'a=b', [['a', 'b']]],
    [
      'empty lines and values',
      '\n\na=\n\nb=c\n',
      [
        ['a', ''],
        ['b', 'c'],
      ],
    ],
    ['the first = when it comes first', 'a==b=<<c\n', [['a', '=b=<<c']]],
    ['<< when it comes first', 'a<<=E\nx\n=E\n', [['a', 'x']]],
    ['a third <', 'a<<<E\nx\n<E\n', [['a', 'x']]],
    ['every byte between', 'a<<E\n\n E\nx=y\r\n\nE\n', [['a', '\n E\nx=y\r\n']]],
    ['an empty block', 'a<<E\nE\n', [['a', '']]],
    ['a block whose delimiter ends the file', 'a<<E\nx\nE', [['a', 'x']]],
    ['lines that look like comments', '#a=b\n', [['#a', 'b']]],
  ])('%s', (_, text, expected) => {
    expect(pairs(text)).toEqual(expected)
  })

  test.each([
    ['neither = nor <<', 'nothing\n', "Invalid format 'nothing'"],
    ['no delimiter at the end', 'a<<E\nx\n', "Matching delimiter not found 'E'"],
    ['a last line without an end', 'a<<E\nx', 'EOF marker missing new line'],
    ['an empty delimiter', 'a<<\n', 'delimiter must not be empty'],
    ['an empty name', '<<E\nE\n', 'Name must not be empty'],
  ])('%s is an error', (_, text, message) => {
    expect(() => pairs(text)).toThrow(message)
  })
})

describe('a step', () => {
  test('hands on outputs, exported variables and folders', async () => {
    await using job = await createJob({ machine: { PATH: '/usr/bin:/bin' } })
    const first = await job.run(
      fixture(
        job,
        `write('OUTPUT', 'digest=1\\nDigest<<E\\n2\\n3\\nE\\n'); write('ENV', '\\uFEFFA=b\\n')
        write('PATH', '/one\\n\\n/two\\r\\n/one\\n')`,
      ),
    )
    expect(first).toMatchObject({ outputs: { Digest: '2\n3' }, env: { A: 'b' }, path: ['/one', '/two', '/one'] })
    const second = await job.run(
      fixture(job, `write('OUTPUT', 'is=' + [env.A, env.PATH, fs.readFileSync(env.GITHUB_ENV).length] + '\\n')`),
    )
    expect(second.outputs).toEqual({ is: 'b,/one:/two:/usr/bin:/bin,0' })
  })

  test.each(['OUTPUT', 'ENV', 'STATE'])(
    'with a malformed $GITHUB_%s fails, and what came before counts',
    async (file) => {
      await using job = await createJob()
      const step = await job.run(fixture(job, `write('${file}', 'a=b\\nc<<E\\nx\\n')`))
      expect(step).toMatchObject({ conclusion: 'failure', exitCode: 0 })
      expect({ ...step.outputs, ...step.env, ...step.state }).toEqual({ a: 'b' })
      expect(step.annotations.map(({ message }) => message)).toEqual([
        `Unable to process file command '${file.toLowerCase()}' successfully.`,
        "Invalid value. Matching delimiter not found 'E'",
      ])
    },
  )

  test('with an output without a name fails', async () => {
    await using job = await createJob()
    expect(await job.run(fixture(job, "write('OUTPUT', '=x\\n')"))).toMatchObject({ conclusion: 'failure' })
  })

  test('may not export NODE_OPTIONS, which is an error but no failure', async () => {
    await using job = await createJob()
    const step = await job.run(fixture(job, "write('ENV', 'node_options=--inspect\\nA=b\\n')"))
    expect(step).toMatchObject({ conclusion: 'success', env: { A: 'b' } })
    const message = "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command."
    expect(step.annotations).toEqual([{ level: 'error', message }])
  })

  test('that removes its files hands on nothing', async () => {
    await using job = await createJob()
    const step = await job.run(
      fixture(job, "for (const f of ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY']) fs.rmSync(env['GITHUB_' + f])"),
    )
    expect(step).toMatchObject({ conclusion: 'success', outputs: {}, env: {}, path: [], summary: '' })
  })

  test('has its summary masked', async () => {
    await using job = await createJob({ secrets: ['hunter-two'] })
    const step = await job.run(fixture(job, "write('STEP_SUMMARY', '# Title\\r\\nhunter-two: ok')"))
    expect(step.summary).toBe('# Title\n***: ok\n')
  })

  test('loses a summary of more than 1 MiB', async () => {
    await using job = await createJob()
    const write = (bytes: number) => fixture(job, `write('STEP_SUMMARY', 'x'.repeat(${bytes}))`)
    expect((await job.run(write(1024 * 1024))).summary).toHaveLength(1024 * 1024 + 1)
    const step = await job.run(write(1024 * 1024 + 1))
    expect(step).toMatchObject({ conclusion: 'success', summary: '', annotations: [{ level: 'error' }] })
    expect(step.annotations[0]?.message).toContain('supports content up to a size of 1024k, got 1024k')
  })
})
