import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionNames, releasedAction } from './action.ts'
import { rootReadme } from './readme.ts'
import { checkRelease, type Release } from './release.ts'
import { sbomOf } from './sbom.ts'
import { sharedSdk } from './sdk.ts'
import { SUMS, sumsOf } from './sums.ts'
import { sortedTree, type Tree, textFile } from './tree.ts'

/** The tree's record of what it was built from and for. */
export const RECORD = 'release.json'

/** The tree for the sources at `root`, whose actions must be built. Throws a Failure if they are incomplete. */
export function treeOf(root: string, release: Release): Tree {
  checkRelease(release)
  const names = actionNames(root)
  const actions = names.map((name) => releasedAction(root, name, names, release))
  const { repository, version, commit } = release
  const text = (file: string) => readFileSync(join(root, file), 'utf8')
  const tree = sortedTree([
    ...actions.flatMap(({ files }) => [...files]),
    ...sharedSdk(actions, () => text('packages/core/dist/licenses.txt')),
    ['LICENSE', textFile(text('LICENSE'))],
    ['README.md', textFile(rootReadme(root, text('README.md'), release))],
    [RECORD, textFile(`${JSON.stringify({ repository, version, commit }, null, 2)}\n`)],
    ['sbom.cdx.json', textFile(sbomOf(release, actions))],
  ])
  return sortedTree([...tree, [SUMS, textFile(sumsOf(tree))]])
}
