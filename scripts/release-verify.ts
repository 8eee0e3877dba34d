/**
 * Verifies a tree that users download: `npm run release:verify -- DIR`, in a clone at the commit that the tree names.
 * The files must match its SHA256SUMS, and a build of the sources must produce the same files.
 */
import { Failure, reason } from '../packages/core/src/base/failure.ts'
import { ROOT, runCommand, Usage, userPath } from './command.ts'
import { buildAfresh } from './release/build.ts'
import { cleanCommit } from './release/checkout.ts'
import { checkRelease, type Release } from './release/release.ts'
import { RECORD, treeOf } from './release/sources.ts'
import { differencesFromSums, differencesFromTree } from './release/sums.ts'
import { readTree, type Tree } from './release/tree.ts'

function releaseOf(tree: Tree, folder: string): Release {
  try {
    const { repository, version, commit } = JSON.parse(tree.get(RECORD)?.content.toString() ?? '')
    const release = { repository: String(repository), version: String(version), commit: String(commit) }
    checkRelease(release)
    return release
  } catch (error) {
    throw new Failure(`${folder} is not a release tree; its ${RECORD} cannot be read: ${reason(error)}`)
  }
}

function refuse(differences: readonly string[], expected: string): void {
  if (differences.length > 0) throw new Failure([`These files are not ${expected}:`, ...differences].join('\n'))
}

function checkCommit(wanted: string, folder: string): void {
  const commit = cleanCommit(ROOT, folder)
  if (commit === wanted) return
  throw new Failure(`The tree was built from ${wanted}, but this is ${commit}. First run: git checkout ${wanted}`)
}

runCommand(([folder, ...rest]) => {
  if (!folder || rest.length > 0) throw new Usage('Usage: npm run release:verify -- DIR')
  const tree = readTree(userPath(folder))
  refuse(differencesFromSums(tree), 'what SHA256SUMS says')
  const release = releaseOf(tree, folder)
  checkCommit(release.commit, userPath(folder))
  buildAfresh(ROOT)
  refuse(differencesFromTree(treeOf(ROOT, release), tree), `what the sources of ${release.commit} make`)
  return `${folder} is ${release.repository} ${release.version}: ${tree.size} files, each as ${release.commit} makes it.`
})
