import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { useEngine } from '../../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { digestOf } from '../../../packages/stand-ins/src/ecr-client.ts'
import { type ActRun, useAct, withAct } from '../../support/act/act.ts'
import { manifestOf } from '../../support/contract/contract.ts'

interface PipelineStep {
  readonly id: string
  readonly uses?: string
  readonly with: Readonly<Record<string, string>>
}

const FILE = join(REPOSITORY, 'actions/ecr-pipeline/action.yml')
const { runs }: { runs: { steps: PipelineStep[] } } = parse(readFileSync(FILE, 'utf8'))
const { inputs = {}, outputs = {} } = manifestOf(REPOSITORY, 'ecr-pipeline')

/** The steps that are actions of this repository, each with its own action.yml. */
const siblings = runs.steps.flatMap((step) => {
  const [, name] = /^org\/actions\/([\w-]+)@v1$/.exec(step.uses ?? '') ?? []
  return name === undefined ? [] : [{ ...step, name, manifest: manifestOf(REPOSITORY, name) }]
})

/** Inputs of the siblings that another one of the pipeline stands for, and outputs that have another name in it. */
const MERGED = ['create_repo', 'wait_for_docker', 'set_repo_policy', 'repo_policy_file', 'image_scanning_configuration']
const RENAMED: Readonly<Record<string, string>> = { 'branch-name.tag': 'git_tag' }

/** What the pipeline itself decides: the repository of the branch, and that both steps work on one. */
const OWN = ['ecr-repository.repo', 'ecr-push.repo', 'ecr-push.create_repo', 'ecr-push.account_id']

it('chains the four in the order of the job', () => {
  expect(siblings.map(({ name }) => name)).toEqual(['docker-ready', 'branch-name', 'ecr-repository', 'ecr-push'])
})

describe.each(siblings)('$name in the pipeline', ({ id, name, manifest, with: given }) => {
  const own = Object.entries(manifest.inputs ?? {})

  it('gets each of its inputs, by its own name', () => {
    const expected = own.map(([input]) => input).filter((input) => !MERGED.includes(input) || given[input])
    expect(Object.keys(given).sort()).toEqual(expected.sort())
    for (const [input, value] of Object.entries(given)) {
      if (!OWN.includes(`${name}.${input}`)) expect(value).toBe(`\${{ inputs.${input} }}`)
    }
  })

  it('has its own defaults and descriptions there', () => {
    for (const [input, entry] of own.filter(([key]) => key !== 'repo' && !MERGED.includes(key))) {
      // What two of them take is described by the later one.
      const last = siblings.findLast((sibling) => sibling.manifest.inputs?.[input] !== undefined)
      expect(inputs[input], input).toEqual(last?.manifest.inputs?.[input])
      expect(inputs[input]?.default, input).toBe(entry.default)
    }
  })

  it('gives all its outputs', () => {
    for (const [output, entry] of Object.entries(manifest.outputs ?? {})) {
      const later = siblings.slice(siblings.findIndex((sibling) => sibling.id === id) + 1)
      const renamed = RENAMED[`${name}.${output}`]
      if (renamed === undefined && later.some((sibling) => sibling.manifest.outputs?.[output])) continue
      expect(outputs[renamed ?? output]).toEqual({ ...entry, value: `\${{ steps.${id}.outputs.${output} }}` })
    }
  })
})

it('has nothing that none of them has', () => {
  const all = (of: 'inputs' | 'outputs') => siblings.flatMap(({ manifest }) => Object.keys(manifest[of] ?? {}))
  expect(Object.keys(inputs).filter((input) => !all('inputs').includes(input))).toEqual(['append_branch'])
  expect(Object.keys(outputs).filter((output) => !all('outputs').includes(output))).toEqual(Object.values(RENAMED))
})

/** act puts the repository there without asking anybody. */
const CHECKOUT = { uses: 'actions/checkout@v7' }

describe('the pipeline on act, with a builder of Docker itself', () => {
  useAct()
  const engine = useEngine('bookworm')

  async function run(given: object, look: (run: ActRun, ecr: EcrLocal) => void | Promise<void>): Promise<void> {
    await using ecr = await startEcrLocal()
    const step = { uses: 'org/actions/ecr-pipeline@v1', with: { repo: 'team/app', ...given } }
    const workflow = stringify({ on: 'push', jobs: { job: { 'runs-on': 'self-hosted', steps: [CHECKOUT, step] } } })
    const files = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' }
    const machine = { ...engine().env, ...ecr.environment }
    await withAct({ workflow, files, branch: 'feature/x', machine }, (done) => look(done, ecr))
  }

  it('gives all branches one repository with append_branch: false, and forwards what the step says', () =>
    run({ append_branch: false, tags: 'a,b', immutable_except: 'b', scan_on_push: true }, async (done, ecr) => {
      expect(done.exitCode, done.log).toBe(0)
      expect(await digestOf(ecr, 'team/app', 'a')).toMatch(/^sha256:/)
      const created = ecr.calls.filter(({ operation }) => operation === 'CreateRepository')
      expect(created.map(({ repository }) => repository)).toEqual(['team/app'])
      expect(done.log).toContain('::set-output:: image_tag_mutability=IMMUTABLE_WITH_EXCLUSION')
      expect(done.log).not.toContain('Unknown input')
    }))

  it('takes each of its inputs that is empty as one that is left out', () =>
    run({ ...Object.fromEntries(Object.keys(inputs).map((input) => [input, ''])), repo: 'team/app' }, (done, ecr) => {
      expect(done.exitCode, done.log).toBe(0)
      expect(done.log).toMatch(/::set-output:: tags=[0-9a-f]{40}/)
      const created = ecr.calls.filter(({ operation }) => operation === 'CreateRepository')
      expect(created.map(({ repository }) => repository)).toEqual(['team/app/feature/x'])
    }))

  it('asks nothing of AWS with push: false', () =>
    run({ push: false }, (done, ecr) => {
      expect(done.exitCode, done.log).toBe(0)
      expect(done.log).toContain('::set-output:: pushed=false')
      expect(ecr.calls).toEqual([])
    }))

  it('refuses an append_branch that is none, before anything else', () =>
    run({ append_branch: 'of course' }, (done, ecr) => {
      expect(done.exitCode).not.toBe(0)
      expect(done.log).toContain("Input 'append_branch' must be true or false; it is 'of course'.")
      expect(done.log).not.toContain('Run Main org/actions/docker-ready')
      expect(ecr.calls).toEqual([])
    }))
})
