import { Failure } from '@container-actions/core'
import { compareVersions, parseVersion, type Version } from './version.ts'

/** The archive of the runner for one platform. */
export interface Asset {
  readonly name: string
  readonly url: string
  /** 64 hexadecimal digits; `undefined` if it is not published. */
  readonly sha256: string | undefined
}

/** A release of actions/runner that is neither a draft nor a pre-release. */
export interface Release {
  readonly version: Version
  /** When it was published. */
  readonly publishedAt: Date
  readonly assets: readonly Asset[]
}

/** Platforms for which the runner is released, by Node's names. */
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'osx', win32: 'win' }
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'arm64', arm: 'arm' }

/** `linux-x64`, as in the names of assets; `undefined` if there is no runner for it. */
export function platformOf(platform: string, architecture: string): string | undefined {
  const [os, cpu] = [PLATFORMS[platform], ARCHITECTURES[architecture]]
  return os === undefined || cpu === undefined ? undefined : `${os}-${cpu}`
}

/** Name and URL of the archive of a version. */
export function assetOf(version: Version, platform: string): Omit<Asset, 'sha256'> {
  const name = `actions-runner-${platform}-${version.text}.${platform.startsWith('win') ? 'zip' : 'tar.gz'}`
  return { name, url: `https://github.com/actions/runner/releases/download/v${version.text}/${name}` }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : [])

/** The digests between the machine-readable markers in the release notes. */
function digestsIn(notes: string): Map<string, string> {
  const marked = notes.matchAll(/<!-- BEGIN SHA ([a-z0-9-]+) -->([0-9a-f]{64})<!-- END SHA \1 -->/gi)
  return new Map([...marked].map(([, platform = '', digest = '']) => [platform, digest.toLowerCase()]))
}

function readAsset(asset: Record<string, unknown>, notes: ReadonlyMap<string, string>): Asset {
  const name = text(asset['name'])
  const [, platform = ''] = /^actions-runner-([a-z]+-[a-z0-9]+)-\d/.exec(name) ?? []
  const [, digest] = /^sha256:([0-9a-f]{64})$/i.exec(text(asset['digest'])) ?? []
  const noted = notes.get(platform)
  if (digest !== undefined && noted !== undefined && digest.toLowerCase() !== noted) {
    throw new Failure(
      `The release of ${name} has the digest ${digest}, and its notes say ${noted}. Do not install it; report it to GitHub.`,
    )
  }
  return { name, url: text(asset['browser_download_url']), sha256: digest?.toLowerCase() ?? noted }
}

/**
 * Reads the releases from a response of GitHub's API, newest version first:
 * https://docs.github.com/rest/releases/releases#list-releases
 *
 * @throws {Failure} if a digest contradicts the notes of its release
 */
export function readReleases(answer: unknown): Release[] {
  return list(answer)
    .filter((release) => release['draft'] !== true && release['prerelease'] !== true)
    .flatMap((release) => {
      const version = parseVersion(text(release['tag_name']))
      const publishedAt = new Date(text(release['published_at']))
      if (version === undefined || Number.isNaN(publishedAt.getTime())) return []
      const notes = digestsIn(text(release['body']))
      const assets = list(release['assets']).map((asset) => readAsset(asset, notes))
      return [{ version, publishedAt, assets }]
    })
    .sort((a, b) => compareVersions(b.version, a.version))
}

/** Finds the archive for a platform among the downloads offered to an organization. */
export function readOffer(answer: unknown, platform: string): (Asset & { readonly version: Version }) | undefined {
  return list(answer)
    .map((download) => ({
      name: text(download['filename']),
      url: text(download['download_url']),
      sha256: /^[0-9a-f]{64}$/.exec(text(download['sha256_checksum']))?.[0],
    }))
    .flatMap((asset) => {
      const [, of, number = ''] = /^actions-runner-([a-z]+-[a-z0-9]+)-([\d.]+)\.(?:tar\.gz|zip)$/.exec(asset.name) ?? []
      const version = parseVersion(number)
      return of === platform && version !== undefined ? [{ ...asset, version }] : []
    })[0]
}
