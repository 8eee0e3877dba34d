import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parse } from 'yaml'

/** The root of this repository. */
export const REPOSITORY = resolve(import.meta.dirname, '../../..')

/** The part of an action.yml that the runner uses. */
export interface Action {
  /** Name as in `uses:`; for a folder elsewhere, its path. */
  readonly name: string
  /** The origin of the action in the github context; empty for a folder. */
  readonly origin: { readonly action_repository?: string; readonly action_ref?: string }
  readonly folder: string
  /** Input name to default; a missing default is an empty string. May contain expressions. */
  readonly inputs: ReadonlyMap<string, string>
  /** Input name to its deprecation message. */
  readonly deprecated: ReadonlyMap<string, string>
  readonly main: string
  readonly post: string | undefined
  readonly postIf: string
}

interface Manifest {
  readonly inputs?: Record<string, { default?: unknown; deprecationMessage?: string } | null>
  readonly runs: { using: string; pre?: string; main?: string; post?: string; 'post-if'?: unknown }
}

/** Reads an action by its name below `actions/`, or by the absolute path of its folder. */
export function readAction(nameOrFolder: string): Action {
  const folder = isAbsolute(nameOrFolder) ? nameOrFolder : join(REPOSITORY, 'actions', nameOrFolder)
  const file = ['action.yml', 'action.yaml'].map((name) => join(folder, name)).find(existsSync)
  if (file === undefined) throw new Error(`${folder} has no action.yml.`)
  const { inputs = {}, runs } = parse(readFileSync(file, 'utf8')) as Manifest
  if (runs.using !== 'node24' || runs.main === undefined || runs.pre !== undefined) {
    throw new Error(`The test runner runs actions with 'using: node24', 'main' and no 'pre'; ${file} is another one.`)
  }
  const entries = Object.entries(inputs).map(([name, input]) => ({ name, ...input }))
  return {
    name: isAbsolute(nameOrFolder) ? nameOrFolder : `org/actions/${nameOrFolder}@v1`,
    origin: isAbsolute(nameOrFolder) ? {} : { action_repository: 'org/actions', action_ref: 'v1' },
    folder,
    inputs: new Map(entries.map((input) => [input.name, scalar(input.default)])),
    deprecated: new Map(
      entries.flatMap((input) =>
        input.deprecationMessage === undefined ? [] : [[input.name, input.deprecationMessage]],
      ),
    ),
    main: runs.main,
    post: runs.post,
    postIf: scalar(runs['post-if']) || 'always()',
  }
}

/** The script of one stage. Throws if the bundle has not been built. */
export function script(action: Action, stage: 'main' | 'post'): string {
  const path = join(action.folder, (stage === 'main' ? action.main : action.post) ?? '')
  if (!existsSync(path)) throw new Error(`${path} is not there. Run 'npm run build' first.`)
  return path
}

/** A YAML scalar as the runner passes it on. */
function scalar(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}
