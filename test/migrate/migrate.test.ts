import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { migrate } from '../../scripts/migrate/workflow.ts'
import { githubProblems } from '../support/contract/github-parser.ts'

const FOLDER = new URL('../fixtures/migrate/', import.meta.url)
const NAMING = { repository: 'org/actions', ref: 'v1' }
const REPLACED =
  /^(?:tj-actions\/branch-names|kciter\/aws-ecr-action|aws-actions\/amazon-ecr-login|docker\/build-push-action|org\/actions\/[\w-]+)@/i

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yml') && !file.endsWith('.after.yml'))
  .map((file) => file.replace(/\.yml$/, ''))
const left = read('left.txt').trimEnd().split('\n')

/** A workflow without what the migration is for: the names of the replaced actions and their inputs. */
function beside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(beside)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const step = entries.some(([key, uses]) => key === 'uses' && REPLACED.test(String(uses)))
  return Object.fromEntries(
    entries.filter(([key]) => !(step && ['uses', 'with'].includes(key))).map(([key, each]) => [key, beside(each)]),
  )
}

describe.each(names)('%s', (name) => {
  const before = read(`${name}.yml`)
  const after = existsSync(new URL(`${name}.after.yml`, FOLDER)) ? read(`${name}.after.yml`) : before
  const path = name === 'composite-action' ? 'push/action.yml' : `.github/workflows/${name}.yml`

  it('becomes what it should', () => {
    const { text, left: found } = migrate(before, NAMING)
    expect(text).toBe(after)
    expect(found.map(({ line, reason }) => `${name}.yml:${line}: ${reason}`)).toEqual(
      left.filter((line) => line.startsWith(`${name}.yml:`)),
    )
  })

  it('stays as it is in a second run', () => {
    expect(migrate(after, NAMING).text).toBe(after)
  })

  it("is accepted by GitHub's parser, before and after", async () => {
    expect(await githubProblems(path, before)).toEqual([])
    expect(await githubProblems(path, after)).toEqual([])
  })

  it('differs in the replaced steps alone', () => {
    expect(isDeepStrictEqual(beside(parse(after)), beside(parse(before)))).toBe(true)
  })
})

describe('a pin by SHA', () => {
  const sha = '0123456789012345678901234567890123456789'
  const pinned = { repository: 'acme/actions', ref: sha, version: 'v1.2.3' }

  it.each([
    [
      'in place of the comment with the version',
      'tj-actions/branch-names@v5.2 # v5.2',
      `acme/actions/branch-name@${sha} # v1.2.3`,
    ],
    ['without a comment', "'tj-actions/branch-names@v5.2'", `'acme/actions/branch-name@${sha}' # v1.2.3`],
    [
      'beside a comment of other words',
      'tj-actions/branch-names@v5.2 # ours',
      `acme/actions/branch-name@${sha} # ours`,
    ],
  ])('%s', (_, uses, expected) => {
    const workflow = (reference: string) => `jobs:\n  a:\n    steps:\n      - uses: ${reference}\n`
    const { text } = migrate(workflow(uses), pinned)
    expect(text).toBe(workflow(expected))
    expect(migrate(text, pinned).text).toBe(text)
  })
})

it.each([
  ['is no YAML', 'jobs:\n  a: [\n', 3, /^This is not valid YAML: (?!.* at line )/],
  ['has a second document', 'on: push\n---\non: push\n', 2, /^GitHub reads a file of one YAML document/],
  [
    'has merge keys',
    'x: &x\n  id: a\njobs:\n  a:\n    steps:\n      - <<: *x\n        uses: tj-actions/branch-names@v5\n',
    7,
    /^GitHub does not take merge keys/,
  ],
])('says where a file %s, and leaves it', (_, text, line, reason) => {
  expect(migrate(text, NAMING)).toEqual({ text, left: [{ line, reason: expect.stringMatching(reason) }] })
})

it('takes a workflow as large as GitHub allows, a hundred times over', () => {
  const step = '      - uses: kciter/aws-ecr-action@v4\n        with: { repo: app }\n'
  const many = `jobs:\n  a:\n    steps:\n${step.repeat(5000)}`
  expect(migrate(many, NAMING).text).toBe(many.replaceAll('kciter/aws-ecr-action@v4', 'org/actions/ecr-push@v1'))
})
