import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { REPOSITORY } from '../../../packages/runner-harness/src/action.ts'
import { majorTag, type Release } from '../../../scripts/release/release.ts'
import { treeOf } from '../../../scripts/release/sources.ts'
import { type Tree, writeTree } from '../../../scripts/release/tree.ts'

/** The release that tests use: of the working folder, which is no commit. */
const RELEASE: Release = { repository: 'org/actions', version: 'v1.0.0', commit: '0'.repeat(40) }

/** How workflows may name the actions in `uses:`, after `/<name>`: users by the major tag, composites by the version. */
export const REFS: readonly string[] = [majorTag(RELEASE.version), RELEASE.version].map(
  (ref) => `${RELEASE.repository}@${ref}`,
)

let own: Tree | undefined

/** Lays the built actions into `folder` as users get them. */
export function layOutActions(folder: string, tree?: Tree): void {
  own ??= treeOf(REPOSITORY, RELEASE)
  writeTree(tree ?? own, folder)
}

const FIXTURE = fileURLToPath(new URL('../../fixtures/composite', import.meta.url))

/** The release of the sources with the composite actions of the fixture beside the others; `folder` is its workplace. */
export function treeWithComposite(folder: string, release: Release = RELEASE): Tree {
  for (const name of readdirSync(REPOSITORY)) {
    if (name !== 'actions') symlinkSync(join(REPOSITORY, name), join(folder, name))
  }
  mkdirSync(join(folder, 'actions'))
  for (const name of readdirSync(join(REPOSITORY, 'actions'))) {
    symlinkSync(join(REPOSITORY, 'actions', name), join(folder, 'actions', name))
  }
  cpSync(FIXTURE, join(folder, 'actions'), { recursive: true })
  return treeOf(folder, release)
}
