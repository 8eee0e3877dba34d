import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inputsOf } from '../packages/core/src/testing.ts'
import { withTables } from '../scripts/docs.ts'

const ACTIONS = new URL('../actions/', import.meta.url)

/** Every action that runs JavaScript; a composite one reads no inputs by code. */
const names = readdirSync(ACTIONS).filter((name) => existsSync(new URL(`${name}/src/inputs.ts`, ACTIONS)))

const text = (path: string): string => readFileSync(new URL(path, ACTIONS), 'utf8')

/** The keys of `export type Outputs = { … }`, which the compiler holds main() to. */
function declaredOutputs(name: string): string[] {
  const folder = new URL(`${name}/src/`, ACTIONS)
  const source = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n')
  const [, body = ''] = /^export type Outputs = \{\n(.*?)^\}/ms.exec(source) ?? []
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name ?? '')
}

describe.each(names)('%s', (name) => {
  const manifest = parse(text(`${name}/action.yml`))

  it('reads exactly the inputs of action.yml', async () => {
    const { readInputs } = await import(new URL(`${name}/src/inputs.ts`, ACTIONS).href)
    const reader = inputsOf({})
    readInputs(reader)
    expect([...reader.names].sort()).toEqual(Object.keys(manifest.inputs).sort())
  })

  it('sets exactly the outputs of action.yml', () => {
    expect(declaredOutputs(name).sort()).toEqual(Object.keys(manifest.outputs).sort())
  })

  it('has defaults that its own code accepts', async () => {
    const { readInputs } = await import(new URL(`${name}/src/inputs.ts`, ACTIONS).href)
    const given = Object.entries<{ default?: unknown; required?: boolean }>(manifest.inputs).map(([key, input]) => [
      key,
      // A default may be an expression of the runner; what a required input takes is the tests' own choice.
      String(input.default ?? (input.required ? 'name' : '')).replaceAll(/\$\{\{.*?\}\}/g, 'x'),
    ])
    const reader = inputsOf(Object.fromEntries(given), { AWS_REGION: 'eu-central-1' })
    readInputs(reader)
    expect(() => reader.check()).not.toThrow()
  })

  it('has a README with the tables of action.yml', () => {
    const readme = text(`${name}/README.md`)
    expect(withTables(readme, manifest)).toBe(readme)
  })

  it('describes every input and output, and runs on the current Node', () => {
    for (const entry of [...Object.values(manifest.inputs), ...Object.values(manifest.outputs)]) {
      expect(entry).toHaveProperty('description', expect.stringMatching(/\.$/))
    }
    expect(manifest.runs).toMatchObject({ using: 'node24', main: 'dist/index.js' })
  })
})
