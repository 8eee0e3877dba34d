import { execFileSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { withTables } from '../../../scripts/docs.ts'
import { type Snippet, snippetsIn } from './documented-steps.ts'
import { githubProblems } from './github-parser.ts'
import { unknownOutputs } from './step-outputs.ts'

interface Entry {
  readonly description?: string
  readonly required?: boolean
  readonly default?: string
}

/** What the contract is about in an action.yml. */
interface Manifest {
  readonly inputs?: Readonly<Record<string, Entry>>
  readonly outputs?: Readonly<Record<string, Entry>>
  readonly runs: { readonly using: string; readonly steps?: readonly unknown[] }
}

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')

export const actionNames = (root: string): string[] => readdirSync(join(root, 'actions')).sort()

export const manifestOf = (root: string, name: string): Manifest => parse(read(root, 'actions', name, 'action.yml'))

const keys = (entries: Readonly<Record<string, Entry>> | undefined): string[] => Object.keys(entries ?? {})

function difference(what: string, found: readonly string[], declared: readonly string[]): string[] {
  const [has, says] = [new Set(found), new Set(declared)]
  return [
    ...[...has].filter((name) => !says.has(name)).map((name) => `${what} '${name}', which action.yml has not.`),
    ...[...says].filter((name) => !has.has(name)).map((name) => `action.yml has '${name}', and not ${what} it.`),
  ]
}

/** The inputs that the code reads, by a process of its own, so that a copy's code is what is read. */
function inputsRead(root: string, name: string): string[] {
  const script = join(import.meta.dirname, 'inputs-read.ts')
  const file = join(root, 'actions', name, 'src/inputs.ts')
  return JSON.parse(execFileSync(process.execPath, ['--conditions=source', script, file], { encoding: 'utf8' }))
}

/** The members of an exported type in the sources: its own, and those of the types that it is made of. */
function membersOf(type: string, source: string): string[] {
  const [, others = '', own = ''] =
    new RegExp(`^export type ${type} =([\\w\\s&]*)\\{([^{}]*)\\}`, 'm').exec(source) ?? []
  return [
    ...[...others.matchAll(/\w+/g)].flatMap(([other]) => membersOf(other, source)),
    ...[...own.matchAll(/^\s*readonly (\w+)\??:/gm)].map(([, member]) => member ?? ''),
  ]
}

/** The members of `Outputs`, which the compiler holds main() to. */
function outputsSet(root: string, name: string): string[] {
  const sources = globSync('**/*.ts', { cwd: join(root, 'actions', name, 'src') })
  return membersOf('Outputs', sources.map((file) => read(root, 'actions', name, 'src', file)).join('\n'))
}

/** What a composite action's steps and outputs name of its inputs. */
const inputsNamed = (manifest: string): string[] =>
  [...manifest.matchAll(/\binputs\.(\w+)/g)].map(([, input]) => input ?? '')

/** What does not fit together in an action: action.yml, code and README. */
export function actionProblems(root: string, name: string): string[] {
  const manifest = manifestOf(root, name)
  const isComposite = manifest.runs.using === 'composite'
  const problems = isComposite
    ? difference('a step uses', inputsNamed(read(root, 'actions', name, 'action.yml')), keys(manifest.inputs))
    : [
        ...difference('the code reads', inputsRead(root, name), keys(manifest.inputs)),
        ...difference('the code sets', outputsSet(root, name), keys(manifest.outputs)),
      ]
  const readme = read(root, 'actions', name, 'README.md')
  if (withTables(readme, manifest) !== readme) problems.push('README.md has other tables.')
  return problems.map((problem) => `${name}: ${problem}`)
}

/** The workflows and actions that users copy, by path. */
export const examplePaths = (root: string): string[] =>
  globSync('workflows-examples/**/*.{yml,yaml}', { cwd: root })
    .filter((path) => /\bjobs:|\bruns:/.test(read(root, path)))
    .sort()

/** A path from which GitHub's parser tells a workflow from an action. */
const asWorkflow = (path: string): string => (path.endsWith('action.yml') ? path : `.github/workflows/${path}`)

/** The documents with steps to copy. */
const documents = (root: string): string[] =>
  globSync(['*.md', 'docs/*.md', 'actions/*/README.md', 'packages/*/README.md', 'workflows-examples/**/*.md'], {
    cwd: root,
  }).sort()

/** Problems of texts that were already checked, by all that they depend on. */
const checked = new Map<string, Promise<string[]>>()

/** Errors of GitHub's parser, and unknown outputs of our actions, in a text that users copy. */
function textProblems(root: string, path: string, text: string): Promise<string[]> {
  const named = new Set([...text.matchAll(/\borg\/actions\/([\w-]+)@/g)].map(([, action = '']) => action))
  const manifests = globSync(
    [...named].map((action) => `actions/${action}/action.yml`),
    { cwd: root },
  )
  const key = JSON.stringify([path, text, manifests.map((manifest) => read(root, manifest))])
  const problems = checked.get(key) ?? checkText(root, path, text)
  checked.set(key, problems)
  return problems
}

async function checkText(root: string, path: string, text: string): Promise<string[]> {
  const outputsOf = (action: string) => keys(manifestOf(root, action).outputs)
  const parsed = await githubProblems(path, text, root)
  return parsed.length > 0 ? parsed : unknownOutputs(text, outputsOf).map((problem) => `${path}: ${problem}`)
}

/** The steps to copy in READMEs and docs. */
export const documentedSteps = (root: string): (Snippet & { readonly path: string })[] =>
  documents(root).flatMap((path) => snippetsIn(read(root, path)).map((snippet) => ({ path, ...snippet })))

/** What does not fit between the actions and the text that users copy: examples, and the steps in READMEs and docs. */
export async function exampleProblems(root: string): Promise<string[]> {
  const problems: string[] = []
  for (const path of examplePaths(root))
    problems.push(...(await textProblems(root, asWorkflow(path), read(root, path))))
  for (const { path, line, workflow } of documentedSteps(root)) {
    const found = await textProblems(root, `.github/workflows/${path}.yml`, workflow)
    problems.push(...found.map((problem) => `${path}, in the steps at line ${line}: ${problem}`))
  }
  return problems
}
