import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DOCKER_OPTIONS, formOf, type OptionName } from '../../src/inputs/docker-options.ts'
import { isOn, lastOf, optionWords, parseOptions, valuesOf } from '../../src/inputs/given-options.ts'

const NAMES = Object.keys(DOCKER_OPTIONS) as OptionName[]

test.each([
  ['-f x'],
  ['-fx'],
  ['-f=x'],
  ['--file x'],
  ['--file=x'],
  ['-qf x', '--quiet --file=x'],
  ['-qfx', '--quiet --file=x'],
  ['-Dqf=x', '--debug --quiet --file=x'],
  ['-q=false', '--quiet=false'],
  ['-f=', '--file=='],
  ['--file=', '--file='],
  ['--file -q', '--file=-q'],
  ['--file -- --pull', '--file=-- --pull'],
  ['--build-arg a=b=c', '--build-arg=a=b=c'],
  ['--pull=1 --no-cache=F', '--pull --no-cache=false'],
  ['-f - -t-', '--file=- --tag=-'],
  ['-m1g -c 2', '--memory=1g --cpu-shares=2'],
])('%s is %s', (line, normal = '--file=x') => {
  const { options, problems } = parseOptions(line.split(' '))
  expect(problems).toEqual([])
  expect(optionWords(options).join(' ')).toBe(normal)
})

test.each([
  ['--nope', ["has '--nope', which is not an option of docker build."]],
  ['--biuld-arg TOKEN=a', ["has '--biuld-arg', which is not an option of docker build. Did you mean '--build-arg'?"]],
  ['-x', ["has '-x', which is not an option of docker build."]],
  ['-qx', ["has '-x', which is not an option of docker build."]],
  ['-q=', ["has '-=', which is not an option of docker build."]],
  ['---pull', ["has '---pull', which is not an option of docker build. Did you mean '--pull'?"]],
  ['--label', ["ends with '--label', which needs a value."]],
  ['-qf', ["ends with '--file', which needs a value."]],
  ['--pull=yes', ["has '--pull' with a value that is neither true nor false."]],
  [
    '--pull false',
    [
      "has a word after '--pull' that is neither an option nor the value of one. Write a value of '--pull' as '--pull=false'.",
    ],
  ],
  [
    '. --label a=b',
    [
      "has a word before its options that is neither an option nor the value of one. Quote a value that has spaces; the build context is the input 'path'.",
    ],
  ],
  [
    '--build-arg TOKEN=one two',
    [
      "has a word after '--build-arg' that is neither an option nor the value of one. Quote a value that has spaces; the build context is the input 'path'.",
    ],
  ],
  ['--pull -- ', ["has '--', which ends the options. The build context is the input 'path'."]],
])('%s is wrong', (line, problems) => {
  expect(parseOptions(line.trim().split(' ')).problems).toEqual(
    problems.map((problem) => `Input 'extra_build_args' ${problem}`),
  )
})

describe('the values of an option', () => {
  const { options } = parseOptions(['--label=a', '-f', '1', '--pull', '--label', 'b', '-f2', '--pull=false'])

  test('are all of them, in their order', () => {
    expect(valuesOf(options, 'label')).toEqual(['a', 'b'])
  })

  test('or the last one, where only one counts', () => {
    expect([lastOf(options, 'file'), isOn(options, 'pull'), lastOf(options, 'target')]).toEqual(['2', false, undefined])
  })
})

/** All spellings of an option that pflag documents. */
function spellings(name: OptionName, value: string): string[][] {
  const { short, isSwitch } = formOf(name)
  const long = isSwitch ? [[`--${name}=${value}`]] : [[`--${name}=${value}`], [`--${name}`, value]]
  const bare = isSwitch && value === 'true' ? [[`--${name}`], ...(short ? [[`-${short}`]] : [])] : []
  if (short === undefined) return [...long, ...bare]
  if (isSwitch) return [...long, ...bare, [`-${short}=${value}`]]
  const joined = value === '' || value.startsWith('=') ? [] : [[`-${short}${value}`]]
  const letters = value === '' ? [] : [[`-${short}=${value}`]]
  return [...long, ...letters, ...joined, [`-${short}`, value]]
}

test('every spelling of every option means the same', () => {
  const given = fc.constantFrom(...NAMES).chain((name) => {
    const value = formOf(name).isSwitch ? fc.constantFrom('true', 'false') : fc.string()
    return fc.record({ name: fc.constant(name), value, spelling: fc.nat() })
  })
  fc.assert(
    fc.property(fc.array(given), (options) => {
      const words = options.flatMap(({ name, value, spelling }) => {
        const all = spellings(name, value)
        return all[spelling % all.length] ?? []
      })
      const wanted = options.map(({ name, value }) => ({ name, value }))
      expect(parseOptions(words)).toEqual({ options: wanted, problems: [] })
      expect(parseOptions(optionWords(wanted)).options).toEqual(wanted)
    }),
  )
})
