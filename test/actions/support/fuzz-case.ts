import { basename } from 'node:path'
import fc from 'fast-check'
import type { Action } from '../../../packages/runner-harness/src/action.ts'
import { EVENTS, FILES, isFor, STATE, VARIABLES } from './fuzz-places.ts'
import { type Content, jsonText, text } from './fuzz-values.ts'

type Values = Readonly<Record<string, string>>

/** What one process is given beside what a good one has. `%HOME%` and the like in texts are folders of the run. */
export interface FuzzCase {
  readonly inputs: Values
  readonly env: Values
  readonly state: Values
  /** By path, which begins with `home/`, `temp/`, `workspace/` or `answers/`. */
  readonly files: Readonly<Record<string, Content>>
}

const NONE: FuzzCase = { inputs: {}, env: {}, state: {}, files: {} }

/** A few changes to what a step of an action is given. */
export function fuzzCases({ folder, inputs }: Action, stage: 'main' | 'post'): fc.Arbitrary<FuzzCase> {
  const isHere = isFor(basename(folder))
  const named = <T>(names: readonly string[], value: (name: string) => fc.Arbitrary<T>) =>
    fc.constantFrom(...names).chain((name) => value(name).map((each) => ({ [name]: each })))
  const input = named([...inputs.keys(), 'nonsense'], () => text).map((given) => ({ ...NONE, inputs: given }))
  const change: fc.Arbitrary<FuzzCase> = fc.oneof(
    { weight: 3, arbitrary: named(VARIABLES.filter(isHere), () => text).map((env) => ({ ...NONE, env })) },
    named(['GITHUB_EVENT_NAME'], () => fc.constantFrom(...EVENTS)).map((env) => ({ ...NONE, env })),
    {
      weight: 3,
      arbitrary: named(Object.keys(FILES).filter(isHere), (name) => FILES[name] as fc.Arbitrary<Content>).map(
        (files) => ({
          ...NONE,
          files,
        }),
      ),
    },
    stage === 'main'
      ? { weight: 2, arbitrary: input }
      : {
          weight: 8,
          arbitrary: fc
            .constantFrom(...STATE)
            .chain(([name, value]) => jsonText(value).map((each) => ({ ...NONE, state: { [name]: each } }))),
        },
  )
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce((all, one) => ({
      inputs: { ...all.inputs, ...one.inputs },
      env: { ...all.env, ...one.env },
      state: { ...all.state, ...one.state },
      files: { ...all.files, ...one.files },
    })),
  )
}
