import { describe, expect, test } from 'vitest'
import { COMMAND_NAMES, parseCommand } from '../src/commands.ts'
import { fixture } from '../src/fixture.ts'
import { createJob, type JobOptions, type Step } from '../src/index.ts'
import { Masks } from '../src/masks.ts'

const parse = (line: string) => parseCommand(line, (name) => COMMAND_NAMES.some((known) => known === name))

/** A step that prints the given lines and ends, and the part of its log that it wrote. */
async function print(lines: string[], options: JobOptions = {}): Promise<{ step: Step; shown: string[] }> {
  await using job = await createJob(options)
  const step = await job.run(fixture(job, `process.stdout.write(${JSON.stringify(lines.join('\n'))})`))
  const shown = step.log.slice(step.log.indexOf('##[endgroup]\n') + 13).split('\n')
  return { step, shown: shown.slice(0, -1) }
}

describe('a line', () => {
  test.each([
    ['::error::a', { name: 'error', properties: {}, data: 'a' }],
    ['  \t::error::a', { name: 'error', properties: {}, data: 'a' }],
    ['::error file=a%3Ab%2Cc%25,line=1,col=::x::y', { properties: { file: 'a:b,c%', line: '1' }, data: 'x::y' }],
    ['::debug::a%25%0Ab%0D%3A', { data: 'a%\nb\r%3A' }],
    ['::debug::%2525', { data: '%25' }],
    ['text ##[error title=a%3B;line=2]b%5D', { name: 'error', properties: { title: 'a;', line: '2' }, data: 'b]' }],
  ])('%s is a command', (line, command) => {
    expect(parse(line)).toMatchObject(command)
  })

  test.each(['::unknown::a', 'text ::error::a', '::error a', '::error', '##[unknown]a', 'a:: b'])(
    '%s is text',
    (line) => {
      expect(parse(line)).toBeUndefined()
    },
  )
})

describe('masks', () => {
  const secret = `a"b'c&secret<d>!`

  test.each([
    ['itself', secret],
    ['base64', Buffer.from(secret).toString('base64').replace(/=+$/, '')],
    ['base64 behind other bytes', Buffer.from(secret).subarray(2).toString('base64url')],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['a URL', `a%22b%27c%26secret%3Cd%3E%21`],
    ['XML', 'a&quot;b&apos;c&amp;secret&lt;d&gt;!'],
    ['an expression', `a"b''c&secret<d>!`],
    ['what PowerShell prints behind &', 'secret<d>!'],
  ])('hide %s', (_, form) => {
    const masks = new Masks()
    masks.add(secret)
    expect(masks.mask(`<${form}>`)).toBe('<***>')
  })

  test('that overlap or touch become one', () => {
    const masks = new Masks()
    for (const value of ['abcd', 'cdef', 'ghi']) masks.add(value)
    expect(masks.mask('-abcdefghi-abcd-')).toBe('-***-***-')
  })

  test('hide later lines only, of all steps, in both streams', async () => {
    await using job = await createJob()
    const step = await job.run(
      fixture(job, "console.log('early s3cret-1'); console.log('::add-mask::s3cret-1'); console.log('late s3cret-1')"),
    )
    expect(step.log).toMatch(/early s3cret-1\nlate \*\*\*\n$/)
    expect(step).toMatchObject({ masks: ['s3cret-1'], raw: 'early s3cret-1\n::add-mask::s3cret-1\nlate s3cret-1\n' })
    expect((await job.run(fixture(job, "console.error('s3cret-1')"))).log).toMatch(/\n\*\*\*\n$/)
  })

  test('hide each line of a value of several lines', async () => {
    const { step, shown } = await print(['::add-mask::line one%0A  line two %0A%0A', 'line one', ' line two'])
    expect(shown).toEqual(['***', ' ***'])
    expect(step.masks).toEqual(['line one\n  line two \n\n'])
  })

  test('of nothing give a warning', async () => {
    const { step } = await print(['::add-mask::  ', '::add-mask::'])
    expect(step.annotations.map(({ level }) => level)).toEqual(['warning', 'warning'])
  })

  test('know the secrets and the token of the job from the start', async () => {
    await using job = await createJob({ secrets: ['hunter-two\nhunter-three'] })
    const basic = Buffer.from(`x-access-token:${job.token}`).toString('base64')
    const code = `console.log('hunter-two'); console.log('${job.token}'); console.log('${basic}')`
    expect((await job.run(fixture(job, code))).log).toMatch(/\n\*\*\*\n\*\*\*\n\*\*\*\n$/)
  })
})

describe('commands', () => {
  test('make annotations, whose texts are masked', async () => {
    const { step, shown } = await print([
      '::add-mask::hunter-two',
      '::error title=Bad hunter-two,file=a.ts,line=3,endLine=4,col=1,endColumn=2::one%0Atwo hunter-two',
      '::warning::careful',
      '::notice::by the way',
    ])
    const place = { file: 'a.ts', line: '3', endLine: '4', col: '1', endColumn: '2' }
    expect(step.annotations).toEqual([
      { level: 'error', message: 'one\ntwo ***', title: 'Bad ***', ...place },
      { level: 'warning', message: 'careful' },
      { level: 'notice', message: 'by the way' },
    ])
    expect(shown).toEqual(['##[error]one', 'two ***', '##[warning]careful', '##[notice]by the way'])
    expect(step.commands.map(({ name }) => name)).toEqual(['add-mask', 'error', 'warning', 'notice'])
    expect(step.conclusion).toBe('success')
  })

  test('make at most ten annotations of a level, cut at 4096 characters', async () => {
    const { step, shown } = await print([
      `::error::${'x'.repeat(5000)}`,
      ...Array<string>(11).fill('::error::again'),
      '::notice::n',
    ])
    expect(step.annotations.filter(({ level }) => level === 'error')).toHaveLength(10)
    expect(step.annotations[0]?.message).toHaveLength(4096)
    expect(step.annotations.at(-1)?.level).toBe('notice')
    expect(shown).toHaveLength(13)
  })

  test('fold lines into groups', async () => {
    const { step, shown } = await print(['::group::One', 'a', 'b', '::endgroup::', 'c', '::group::Two', 'd'])
    expect(shown).toEqual(['##[group]One', 'a', 'b', '##[endgroup]', 'c', '##[group]Two', 'd'])
    expect(step.groups).toEqual([
      { title: 'One', lines: ['a', 'b'] },
      { title: 'Two', lines: ['d'] },
    ])
  })

  test('show debug lines and echoes only when debugging', async () => {
    const lines = ['::debug::detail', '::save-state name=a::b']
    expect((await print(lines)).shown.filter((line) => !line.startsWith('##[warning]'))).toEqual([])
    const { shown } = await print(lines, { debug: true })
    expect(shown.filter((line) => !line.startsWith('##[warning]'))).toEqual([
      '##[debug]detail',
      '::save-state name=a::b',
    ])
  })

  test('are echoed on request, but for those that hold secrets', async () => {
    const { shown } = await print(['::echo::ON', '::group::a', '::add-mask::hunter-two', '::echo::off', '::group::b'])
    expect(shown).toEqual(['::group::a', '##[group]a', '::add-mask::***', '::echo::off', '##[group]b'])
  })

  test('are text between stop-commands and its token', async () => {
    const { step, shown } = await print([
      '::stop-commands::t0ken',
      '::error::no',
      '::add-mask::no',
      '::T0KEN::',
      '::error::yes',
    ])
    expect(step.annotations).toEqual([{ level: 'error', message: 'yes' }])
    expect(shown).toEqual(['::stop-commands::t0ken', '::error::no', '::add-mask::no', '::T0KEN::', '##[error]yes'])
    expect(step.masks).toEqual([])
  })

  test.each([
    '::stop-commands::',
    '::stop-commands::error',
    '::stop-commands::pause-logging',
    '::echo::maybe',
    '::set-output::x',
  ])('%s is refused and fails the step', async (line) => {
    const { step } = await print([line, '::notice::still obeyed'])
    expect(step).toMatchObject({ conclusion: 'failure', exitCode: 0 })
    expect(step.annotations.at(-1)).toEqual({ level: 'notice', message: 'still obeyed' })
  })

  test.each(['::set-env name=A::b', '::add-path::/a'])('%s is disabled, unless the job allows it', async (line) => {
    const { step } = await print([line])
    expect(step).toMatchObject({ conclusion: 'failure', env: {}, path: [] })
    expect(step.annotations[0]?.message).toBe(`Unable to process command '${line}' successfully.`)
    const allowed = await print([line], { env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true' } })
    expect(allowed.step.conclusion).toBe('success')
    expect([...allowed.step.path, allowed.step.env['A']].filter(Boolean)).toHaveLength(1)
  })

  test('set-output and save-state still work, with a warning', async () => {
    const { step } = await print(['::set-output name=a::1%0A2', '::save-state name=b::3'])
    expect(step).toMatchObject({ outputs: { a: '1\n2' }, state: { b: '3' }, conclusion: 'success' })
    expect(step.annotations.map(({ level }) => level)).toEqual(['warning', 'warning'])
  })
})

test('lines end with LF, CR LF or CR, also where the output is cut in the middle', async () => {
  await using job = await createJob()
  const code = `for (const part of ['a\\r', '\\nb\\rc\\n', Buffer.from([0xc3]), Buffer.from([0xa9]), 'end']) {
    process.stdout.write(part)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }`
  expect((await job.run(fixture(job, code))).log).toMatch(/\na\nb\nc\néend\n$/)
})
