import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { actionNames, actionProblems, examplePaths, exampleProblems, manifestOf } from '../support/contract/contract.ts'

const COPIED = ['actions', 'workflows-examples', 'README.md', 'docs']

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'contract-'))
  mkdirSync(join(root, 'actions'))
  for (const path of COPIED) {
    const filter = (source: string) => !/\/(?:node_modules|dist|lib|test)$/.test(source)
    cpSync(join(REPOSITORY, path), join(root, path), { recursive: true, filter })
  }
  for (const path of ['packages', 'node_modules']) symlinkSync(join(REPOSITORY, path), join(root, path))
})
afterAll(() => rmSync(root, { recursive: true }))

const all = async (): Promise<string[]> => [
  ...actionNames(root).flatMap((name) => actionProblems(root, name)),
  ...(await exampleProblems(root)),
]

/** What the contract says of an action; of the text that users copy only where the action itself is whole. */
async function problemsOf(name: string): Promise<string[]> {
  const problems = actionProblems(root, name)
  return problems.length > 0 ? problems : exampleProblems(root)
}

/** Replaces the first place in one of the files of an action, and puts it back after the look. */
async function problemsAfter(
  name: string,
  paths: readonly string[],
  place: RegExp,
  instead: string,
): Promise<string[]> {
  const path = paths.find((each) => place.test(readFileSync(join(root, each), 'utf8')))
  if (path === undefined) throw new Error(`${place} is in none of ${paths.join(', ')}`)
  const before = readFileSync(join(root, path), 'utf8')
  writeFileSync(join(root, path), before.replace(place, instead))
  try {
    return await problemsOf(name)
  } finally {
    writeFileSync(join(root, path), before)
  }
}

/** An input that the action's own code names, and some example gives. */
function inputOf(name: string): string {
  const sources = globSync(`actions/${name}/{src/**/*.ts,action.yml}`, { cwd: REPOSITORY })
  const code = sources.map((path) => readFileSync(join(REPOSITORY, path), 'utf8')).join('\n')
  const given = Object.keys(manifestOf(REPOSITORY, name).inputs ?? {}).filter(
    (input) => usedIn(name, input) !== undefined,
  )
  const found = given.find((input) => new RegExp(`'${input}'|inputs\\.${input}\\b`).test(code))
  if (found === undefined) throw new Error(`no example gives ${name} an input that its code names`)
  return found
}

/** Where an example or a README gives an action the input. */
function usedIn(name: string, input: string): string | undefined {
  const paths = [...examplePaths(REPOSITORY), ...globSync('actions/*/README.md', { cwd: REPOSITORY })]
  return paths.find((path) => using(name, input).test(readFileSync(join(REPOSITORY, path), 'utf8')))
}

const using = (name: string, input: string): RegExp =>
  new RegExp(`(uses: org/actions/${name}@v1\\n\\s+with:\\n(?:\\s{6,}\\S.*\\n)*?\\s{4,}${input})(?=: )`)

it('finds nothing wrong in a copy', async () => {
  expect(await all()).toEqual([])
})

describe.each(actionNames(REPOSITORY))('an input of %s with another name', (name) => {
  const input = inputOf(name)
  const isComposite = manifestOf(REPOSITORY, name).runs.using === 'composite'
  // Other files may name an input in what they tell the user.
  const code = isComposite
    ? [`actions/${name}/action.yml`]
    : [`actions/${name}/src/inputs.ts`, ...globSync(`actions/${name}/src/**/*.ts`, { cwd: REPOSITORY })]

  it.each<[string, readonly string[], RegExp, string]>([
    ['in action.yml', [`actions/${name}/action.yml`], new RegExp(`^  ${input}:$`, 'm'), `  ${input}_x:`],
    [
      'in the code',
      code,
      new RegExp(`'${input}'|(?<=inputs\\.)${input}\\b`),
      isComposite ? `${input}_x` : `'${input}_x'`,
    ],
    ['in the README', [`actions/${name}/README.md`], new RegExp(`^\\| \`${input}\` \\|`, 'm'), `| \`${input}_x\` |`],
    ['in an example', [usedIn(name, input) ?? ''], using(name, input), '$1_x'],
  ])('is found %s', async (_, paths, place, instead) => {
    expect(await problemsAfter(name, paths, place, instead)).not.toEqual([])
  })
})

/** An output of the action that an example takes from its step, and the example. */
function outputOf(name: string): { output: string; path: string } {
  for (const path of examplePaths(REPOSITORY)) {
    const text = readFileSync(join(REPOSITORY, path), 'utf8')
    const [, id] = new RegExp(`- id: ([\\w-]+)\\n\\s+uses: org/actions/${name}@v1`).exec(text) ?? []
    const [, output] = new RegExp(`steps\\.${id}\\.outputs\\.(\\w+)`).exec(text) ?? []
    if (id !== undefined && output !== undefined) return { output, path }
  }
  throw new Error(`no example takes an output of ${name}`)
}

describe.each(['branch-name', 'ecr-login', 'ecr-push', 'ecr-repository', 'runner-version'])(
  'an output of %s with another name',
  (name) => {
    const { output, path } = outputOf(name)
    const code = globSync(`actions/${name}/src/**/*.ts`, { cwd: REPOSITORY })

    it.each<[string, readonly string[], RegExp, string]>([
      ['in action.yml', [`actions/${name}/action.yml`], new RegExp(`^  ${output}:$`, 'm'), `  ${output}_x:`],
      [
        'in the code',
        code,
        new RegExp(`(^export type [^{}]*\\{[^{}]*?^  readonly )${output}(?=\\??: )`, 'm'),
        `$1${output}_x`,
      ],
      [
        'in the README',
        [`actions/${name}/README.md`],
        new RegExp(`^\\| \`${output}\` \\|`, 'm'),
        `| \`${output}_x\` |`,
      ],
      ['in an example', [path], new RegExp(`(?<=steps\\.[\\w-]+\\.outputs\\.)${output}\\b`), `${output}_x`],
    ])('is found %s', async (_, paths, place, instead) => {
      expect(await problemsAfter(name, paths, place, instead)).not.toEqual([])
    })
  },
)
