/**
 * Builds the tree that users download: `npm run release:tree -- --out DIR --repository org/actions --version v1.2.3`.
 * It builds the checked-out commit; the same commit produces the same bytes in every folder, for every user, on any
 * machine.
 */
import { parseArgs } from 'node:util'
import { ROOT, runCommand, Usage, userPath } from './command.ts'
import { downloadSize } from './release/archive.ts'
import { buildAfresh } from './release/build.ts'
import { cleanCommit } from './release/checkout.ts'
import { checkRelease, type Release } from './release/release.ts'
import { treeOf } from './release/sources.ts'
import { checkVacant, writeTree } from './release/tree.ts'

interface Order {
  readonly out: string
  readonly repository: string
  readonly version: string
}

function readOrder(args: string[]): Order {
  const text = { type: 'string' } as const
  const usage = 'Usage: npm run release:tree -- --out DIR --repository OWNER/NAME --version v1.2.3'
  try {
    const { out, repository, version } = parseArgs({
      args,
      options: { out: text, repository: text, version: text },
    }).values
    if (out && repository && version) return { out: userPath(out), repository, version }
  } catch (error) {
    throw new Usage(`${(error as Error).message}\n${usage}`)
  }
  throw new Usage(usage)
}

runCommand((args) => {
  const { out, repository, version } = readOrder(args)
  checkVacant(out)
  const release: Release = { repository, version, commit: cleanCommit(ROOT, out) }
  checkRelease(release)
  buildAfresh(ROOT)
  const tree = treeOf(ROOT, release)
  const size = downloadSize(tree)
  writeTree(tree, out)
  const megabytes = (size / 1e6).toFixed(2)
  return `${repository} ${version} of ${release.commit}: ${tree.size} files in ${out}, ${megabytes} MB as tar.gz.`
})
