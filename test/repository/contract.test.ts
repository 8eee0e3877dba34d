// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputsOf } from '../../packages/core/src/testing.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { inputDefaults } from '../../scripts/bundle/input-defaults.ts'
import {
  actionNames,
  actionProblems,
  documentedSteps,
  examplePaths,
  exampleProblems,
  manifestOf,
} from '../support/contract/contract.ts'

const names = actionNames(REPOSITORY)

describe.each(names)('%s', (name) => {
  const manifest = manifestOf(REPOSITORY, name)

  it('reads, sets and documents what action.yml says', () => {
    expect(actionProblems(REPOSITORY, name)).toEqual([])
  })

  it('describes every input and output', () => {
    for (const entry of [...Object.values(manifest.inputs ?? {}), ...Object.values(manifest.outputs ?? {})]) {
      expect(entry).toHaveProperty('description', expect.stringMatching(/\.$/))
      // The runner evaluates expressions here as well, and does not load an action that names secrets.
      expect(entry.description).not.toContain('${{')
    }
  })
})

describe.each(names.filter((name) => manifestOf(REPOSITORY, name).runs.using !== 'composite'))('%s', (name) => {
  const manifest = manifestOf(REPOSITORY, name)

  it('has defaults that its own code accepts', async () => {
    const { readInputs } = await import(new URL(`../../actions/${name}/src/inputs.ts`, import.meta.url).href)
    const given = Object.entries(manifest.inputs ?? {}).map(([key, input]) => [
      key,
      // A default may be an expression of the runner; what a required input takes is the tests' own choice.
      String(input.default ?? (input.required ? 'name' : '')).replaceAll(/\$\{\{.*?\}\}/g, 'x'),
    ])
    const reader = inputsOf(Object.fromEntries(given), { AWS_REGION: 'eu-central-1' })
    readInputs(reader)
    expect(() => reader.check()).not.toThrow()
  })

  it('takes each input that is empty as one that is left out', async () => {
    const { readInputs } = await import(new URL(`../../actions/${name}/src/inputs.ts`, import.meta.url).href)
    const env = { AWS_REGION: 'eu-central-1', GITHUB_SHA: 'a'.repeat(40) }
    const defaults = inputDefaults(readFileSync(join(REPOSITORY, 'actions', name, 'action.yml'), 'utf8'))
    const inputs = Object.entries(manifest.inputs ?? {})
    const leftOut = inputs.map(([key, input]) => [
      key,
      String(input.default ?? (input.required ? 'name' : ''))
        .replace('${{ github.sha }}', env.GITHUB_SHA)
        .replace('${{ github.token }}', ''),
    ])
    const expected = readInputs(inputsOf(Object.fromEntries(leftOut), env))
    for (const [key] of inputs.filter(([, input]) => !input.required)) {
      const reader = inputsOf({ ...Object.fromEntries(leftOut), [key]: '' }, env, defaults)
      expect(readInputs(reader), key).toEqual(expected)
      expect(() => reader.check(), key).not.toThrow()
    }
  })

  it('runs on the current Node', () => {
    expect(manifest.runs).toMatchObject({ using: 'node24', main: 'dist/index.js' })
  })
})

it('finds examples, and steps in the README of every action', () => {
  expect(examplePaths(REPOSITORY).length).toBeGreaterThan(10)
  const paths = documentedSteps(REPOSITORY).map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(names.map((name) => `actions/${name}/README.md`)))
  expect(paths.length).toBeGreaterThan(2 * names.length)
})

it('has examples, READMEs and docs that name the actions and their inputs as they are', async () => {
  expect(await exampleProblems(REPOSITORY)).toEqual([])
})
