import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { Failure } from '../../packages/core/src/base/failure.ts'
import type { BundledList } from '../bundle/bundled-package.ts'
import { isSdkFile } from '../bundle/sdk.ts'
import { withSiblings } from './composite.ts'
import { readmeOf } from './readme.ts'
import { type Release, withExamples } from './release.ts'
import { sdkLink } from './sdk.ts'
import { type TreeFile, textFile } from './tree.ts'

/** One action of a release. */
export interface ReleasedAction {
  readonly name: string
  /** Files by path, relative to the root of the tree. */
  readonly files: ReadonlyMap<string, TreeFile>
  /** The packages in its bundles. */
  readonly packages: BundledList
  /** AWS's SDK where the bundle loads it: name to file. The release has it once for all. */
  readonly sdk: ReadonlyMap<string, TreeFile>
}

interface Manifest {
  readonly runs: { readonly using: string; readonly pre?: string; readonly main?: string; readonly post?: string }
}

/** The names of all actions in the sources, sorted by code units. */
export const actionNames = (root: string): string[] =>
  readdirSync(join(root, 'actions'))
    .filter((name) => existsSync(join(root, 'actions', name, 'action.yml')))
    .sort()

/** Build output for the release process, which is not part of the bundle. */
const LIST = 'bundled.json'
const LICENCES = 'licenses.txt'

/** The built bundle of an action, by path in the action's folder. */
function bundleOf(folder: string, source: string): Map<string, TreeFile> {
  const dist = join(folder, 'dist')
  if (!existsSync(join(dist, LIST))) throw new Failure(`${source} has no bundle. Build it with: npm run build`)
  return new Map(
    readdirSync(dist)
      .filter((name) => name !== LIST)
      .map((name): [string, TreeFile] => {
        const file = join(dist, name)
        const executable = (statSync(file).mode & 0o100) !== 0
        return [name === LICENCES ? name : `dist/${name}`, { content: readFileSync(file), executable }]
      }),
  )
}

const isSdkPath = (path: string): boolean => path === `dist/${basename(path)}` && isSdkFile(basename(path))

/** Reads the built action `name` from the sources at `root`. `siblings` are the names of all actions. */
export function releasedAction(
  root: string,
  name: string,
  siblings: readonly string[],
  release: Release,
): ReleasedAction {
  const source = `actions/${name}`
  const folder = join(root, source)
  const text = (file: string) => readFileSync(join(folder, file), 'utf8')
  const manifest = text('action.yml')
  const { runs }: Manifest = parse(manifest)
  const composite = runs.using === 'composite'
  const named = composite ? withSiblings(manifest, `${source}/action.yml`, siblings, release) : manifest
  const bundle = composite ? [] : [...bundleOf(folder, source)]
  const sdk = new Map(bundle.flatMap(([path, file]) => (isSdkPath(path) ? [[basename(path), file] as const] : [])))
  const files = new Map([
    ['action.yml', textFile(withExamples(named, release))],
    ['README.md', textFile(readmeOf(root, `${source}/README.md`, text('README.md'), release))],
    ...bundle.filter(([path]) => !isSdkPath(path)),
    ...sdkLink(sdk),
  ])
  for (const entry of [runs.pre, runs.main, runs.post]) {
    if (entry !== undefined && !files.has(entry)) {
      throw new Failure(`${source}/action.yml runs ${entry}, which the build does not produce.`)
    }
  }
  return {
    name,
    files: new Map([...files].map(([path, file]) => [`${name}/${path}`, file])),
    packages: composite ? [] : JSON.parse(text(`dist/${LIST}`)),
    sdk,
  }
}
