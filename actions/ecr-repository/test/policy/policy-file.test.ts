import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '@container-actions/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadPolicy } from '../../src/policy/policy-file.ts'
import { LIFECYCLE, type PolicyInput, REPOSITORY } from '../../src/policy/policy-input.ts'
import { inputs } from '../support/inputs.ts'

const PLACE = { partition: 'aws', region: 'eu-central-1', account: '123456789012' }
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] }

/** What the step declares; files are not read yet. */
const lifecycle = (lifecycle_policy: string) => inputs({ lifecycle_policy }).declared.lifecyclePolicy
const repository = (repository_policy: string) => inputs({ repository_policy }).declared.repositoryPolicy

const policyIn = (given: PolicyInput | undefined) => (given && 'policy' in given ? given.policy(PLACE) : given)

describe('an input that takes a policy', () => {
  test('takes it as JSON', () => {
    expect(policyIn(repository(JSON.stringify(POLICY, null, 2)))).toEqual(POLICY)
  })

  test.each(['keep:30', 'keep:30, untagged:7d', 'keep:30\nv*:5'])('takes a preset: %j', (given) => {
    expect(policyIn(lifecycle(given))).toHaveProperty('rules')
  })

  test.each(['lambda', 'pull:111122223333,lambda'])('takes a preset: %j', (given) => {
    expect(policyIn(repository(given))).toHaveProperty('Statement')
  })

  test.each(['policy.json', 'ecr/policy.json', './lambda', './keep:30', 'C:\\ecr\\policy.json', 'a b, c.json'])(
    'takes anything else for a file: %j',
    (file) => {
      expect(lifecycle(file)).toEqual({ kind: 'file', file })
      expect(repository(file)).toEqual({ kind: 'file', file })
    },
  )

  test.each([
    [() => lifecycle('{'), /^Input 'lifecycle_policy' is not valid JSON: see line 1 column 2\.$/],
    [() => lifecycle('[{"rulePriority": 1}]'), /^Input 'lifecycle_policy' must be a JSON object, in { and }\.$/],
    [() => lifecycle('{"rules": []}'), /^Input 'lifecycle_policy' needs 'rules', a list of at least one\.$/],
    [() => repository('{"a": 1,}'), /^Input 'repository_policy' is not valid JSON: see line 1 column 9\.$/],
    [() => repository('{"Statement": []}'), /^Input 'repository_policy' needs a 'Statement'\.$/],
    [() => lifecycle('keep:0'), /^Input 'lifecycle_policy' has "keep:0", which needs a number of at least 1\.$/],
    [() => lifecycle('keep:30, lambda'), /^Input 'lifecycle_policy' has "lambda", which is not of the form/],
    [() => repository('pull:1'), /^Input 'repository_policy' has "pull:1", which is none of pull: with/],
    [() => lifecycle('"keep:30'), /^Input 'lifecycle_policy' has a quote that is not closed/],
  ])('says what is wrong: %#', (read, line) => {
    expect(read).toThrow(line)
  })
})

describe('a file', () => {
  function file(content: string | undefined): string {
    const folder = mkdtempSync(join(tmpdir(), 'ecr-repository-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'policy.json')
    if (content === undefined) mkdirSync(path)
    else writeFileSync(path, content)
    return path
  }

  test.each(['', '\uFEFF', '\n  '])('holds a policy, after %j', (before) => {
    expect(loadPolicy({ kind: 'file', file: file(before + JSON.stringify(POLICY)) }, REPOSITORY, {})(PLACE)).toEqual(
      POLICY,
    )
  })

  test('is not asked for where the input holds the policy', () => {
    expect(loadPolicy({ kind: 'policy', policy: () => POLICY }, REPOSITORY, {})(PLACE)).toEqual(POLICY)
  })

  const SECRET = 'never-shown'

  test.each([
    [
      `{"${SECRET}": ${SECRET}}`,
      LIFECYCLE,
      /^Input 'lifecycle_policy' names the file ".*policy\.json", which is not valid JSON(: see line \d+ column \d+)?\.$/,
    ],
    [`{\n  "${SECRET}" 1}`, LIFECYCLE, /which is not valid JSON: see line 2 column \d+\.$/],
    ['', LIFECYCLE, /which is not valid JSON\.$/],
    [`["${SECRET}"]`, LIFECYCLE, /which must be a JSON object, in { and }\.$/],
    [`{"Statement": "${SECRET}"}`, REPOSITORY, /which breaks a rule of IAM in its statement 1: must be an object\.$/],
    [undefined, REPOSITORY, /^Input 'repository_policy' names the file ".*", which cannot be read: EISDIR/],
  ])('is refused with a line that holds nothing of it: %j', (content, form, line) => {
    const load = () => loadPolicy({ kind: 'file', file: file(content) }, form, {})
    expect(load).toThrow(Failure)
    expect(load).toThrow(line)
    expect(load).not.toThrow(SECRET)
  })

  test('that is not there', () => {
    expect(() => loadPolicy({ kind: 'file', file: 'no.json' }, LIFECYCLE, {})).toThrow(
      new Failure(
        `Input 'lifecycle_policy' is "no.json", which is neither JSON in { and }, nor a preset like 'keep:30, untagged:7d', nor a file in ${process.cwd()}. Check out the sources before this step.`,
      ),
    )
  })
})
