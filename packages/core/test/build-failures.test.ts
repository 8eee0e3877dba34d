import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildProblem } from '../src/build-log/build-log.ts'
import { readRecordings } from './support/build-recordings.ts'
import { BUILDERS, FAILING_BUILDS, type FailingBuilder, REGISTRY, REGISTRY_SHOWN } from './support/failing-build.ts'

/** By failing build: the first line that is shown of it, and the builders of which it is. */
type Answers = Record<string, Record<string, FailingBuilder[]>>

const ANSWERS = new URL('fixtures/build-failures/answers.json', import.meta.url)

const RECORDINGS = Object.fromEntries(BUILDERS.map((builder) => [builder, readRecordings(builder)] as const))

function problemOf(title: string, builder: FailingBuilder) {
  const { stdout = '', stderr = '' } = RECORDINGS[builder]?.[title] ?? {}
  const text = FAILING_BUILDS[title]?.files?.['Dockerfile']?.replaceAll(REGISTRY, REGISTRY_SHOWN)
  return buildProblem(stdout, stderr, { name: 'Dockerfile', text })
}

const knowing = (title: string): FailingBuilder[] =>
  BUILDERS.filter((builder) => !FAILING_BUILDS[title]?.not?.includes(builder))

const FAILING = Object.keys(FAILING_BUILDS).filter((title) => !FAILING_BUILDS[title]?.succeeds)

function answersOf(title: string): Record<string, FailingBuilder[]> {
  const answers: Record<string, FailingBuilder[]> = {}
  for (const builder of knowing(title)) {
    const [line = ''] = problemOf(title, builder).message.split('\n')
    answers[line] = [...(answers[line] ?? []), builder]
  }
  return answers
}

describe('what builders printed', () => {
  test.each(BUILDERS)('was recorded with %s for each build that it knows', (builder) => {
    const titles = Object.keys(FAILING_BUILDS).filter((title) => knowing(title).includes(builder))
    expect(Object.keys(RECORDINGS[builder] ?? {}).sort()).toEqual(titles.sort())
    for (const title of titles) {
      const failed = RECORDINGS[builder]?.[title]?.exitCode !== 0
      expect(failed, title).toBe(!FAILING_BUILDS[title]?.succeeds)
    }
  })

  test('is of many causes', () => {
    expect(FAILING.length).toBeGreaterThan(45)
  })

  if (process.env['UPDATE'] === '1') {
    const answers = Object.fromEntries(FAILING.map((title) => [title, answersOf(title)]))
    writeFileSync(ANSWERS, `${JSON.stringify(answers, undefined, 2)}\n`)
  }
  const answers = JSON.parse(readFileSync(ANSWERS, 'utf8')) as Answers

  test('has an answer each', () => {
    expect(Object.keys(answers).sort()).toEqual([...FAILING].sort())
  })

  test.each(FAILING)('is told in one line: %s', (title) => {
    expect(answersOf(title), 'UPDATE=1 writes it; read it before it is committed.').toEqual(answers[title])
  })
})

describe('the line of a failed build', () => {
  const all = FAILING.flatMap((title) => knowing(title).map((builder) => [title, builder] as const))

  test.each(all)('of %s with %s ends with a cause, not with advice of docker', (title, builder) => {
    const [line = ''] = problemOf(title, builder).message.split('\n')
    expect(line).not.toMatch(/--help|Learn more|failed to (?:build|solve)\b|\bref \w{20}|LLB|\brpc error: /)
    expect(line).toMatch(/^The build failed(?: at .+)?: \S/)
  })

  test.each(all)('of %s with %s is pinned to the line that it names', (title, builder) => {
    const { message, line } = problemOf(title, builder)
    const [, named] = / at (?:.*\()?Dockerfile:(\d+)\)?: /.exec(message.split('\n')[0] ?? '') ?? []
    if (title !== 'daemon goes away') expect(line).toBe(named === undefined ? undefined : Number(named))
    else expect(line).toBeUndefined()
  })
})
