import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, orNothing, type Web } from '@container-actions/core'
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

const versionsIn = (folder: string) => join(folder, 'versions')

/** The newer one of the image's own runner and the one that an earlier start has installed beside it. */
export function installedTree(folder: string): RunnerTree | undefined {
  const [own, updated] = [
    treeIn(folder),
    treeIn(orNothing(() => realpathSync(join(versionsIn(folder), 'current'))) ?? ''),
  ]
  if (own === undefined || updated === undefined) return own ?? updated
  return compareVersions(updated.version, own.version) > 0 ? updated : own
}

/** Where updates come from, and what stays of them. */
export interface Supply {
  readonly web: Web
  readonly cacheFolder: string
  readonly signal: AbortSignal
}

/**
 * Installs a version beside the image's own runner, in a folder of its own that is whole from its first moment on, and
 * makes it the current one. No file of another version is touched.
 *
 * @throws {Failure} where the archive is another one than GitHub has published
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
  } catch (error) {
    // A file with another content may be somebody's; the next start downloads it anew.
    if (!supply.signal.aborted) rmSync(archive, { force: true })
    throw error
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  const link = join(versions, `.link-${process.pid}`)
  rmSync(link, { force: true })
  symlinkSync(version.text, link)
  renameSync(link, join(versions, 'current'))
  return tree
}
