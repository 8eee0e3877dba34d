import { mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, tryOrUndefined, type Web } from '@container-actions/core'
import { versionIn } from '../installed.ts'
import { compareVersions, type Version } from '../version.ts'
import { fetchArchive, type KnownAsset, unpack } from './archive.ts'

/** An installed runner. */
export interface RunnerTree {
  readonly folder: string
  readonly version: Version
}

const treeIn = (folder: string): RunnerTree | undefined => {
  const version = versionIn(folder)
  return version && { folder, version }
}

/** Symbolic link to the installed version. */
const CURRENT = 'current'

const versionsIn = (folder: string) => join(folder, 'versions')

/** The newer of the image's own runner and the one that an earlier start installed next to it. */
export function installedTree(folder: string): RunnerTree | undefined {
  const own = treeIn(folder)
  const updated = tryOrUndefined(() => treeIn(realpathSync(join(versionsIn(folder), CURRENT))))
  if (own === undefined || updated === undefined) return own ?? updated
  return compareVersions(updated.version, own.version) > 0 ? updated : own
}

/** Where updates come from and where they are stored. */
export interface Supply {
  readonly web: Web
  readonly cacheFolder: string
  readonly signal: AbortSignal
}

/**
 * Installs a version next to the image's own runner, in a folder that appears atomically, and makes it the current one.
 * The image's own runner is not changed; earlier updates are removed at the end.
 *
 * @throws {Failure} if the archive differs from the one that GitHub published
 */
export async function installTree(folder: string, version: Version, asset: KnownAsset, supply: Supply) {
  const versions = versionsIn(folder)
  const archive = join(supply.cacheFolder, asset.name)
  await fetchArchive(asset, archive, supply.web, supply.signal)
  mkdirSync(versions, { recursive: true })
  const part = mkdtempSync(join(versions, '.part-'))
  const tree = { folder: join(versions, version.text), version }
  try {
    await unpack(asset, archive, part, supply.signal)
    const found = versionIn(part)
    if (found?.text !== version.text) {
      throw new Failure(`${asset.name} holds ${found?.text ?? 'no runner'} instead of ${version.text}; it is not used.`)
    }
    rmSync(tree.folder, { recursive: true, force: true })
    renameSync(part, tree.folder)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  const link = join(versions, `.link-${process.pid}`)
  rmSync(link, { force: true })
  symlinkSync(version.text, link)
  renameSync(link, join(versions, CURRENT))
  for (const name of readdirSync(versions)) {
    if (name !== version.text && name !== CURRENT) rmSync(join(versions, name), { recursive: true, force: true })
  }
  return tree
}
