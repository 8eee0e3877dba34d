import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, formatDuration, reason, tryOrUndefined, type Web, WebError } from '@container-actions/core'
import { type Freshness, freshness } from '../freshness.ts'
import { failsOn } from '../inputs.ts'
import { platformOf } from '../release.ts'
import type { Releases } from '../releases.ts'
import { COMMAND_LINE } from '../settings.ts'
import { compareVersions, parseVersion, type Version } from '../version.ts'
import { DOWNLOAD, type KnownAsset } from './archive.ts'
import { ExitFailure } from './exit-status.ts'
import { isPaused, pause } from './pause.ts'
import { ageInDays, knownReleases, releasesNow } from './release-check.ts'
import { installedTree, installTree, type RunnerTree } from './runner-tree.ts'
import type { ImageSettings } from './settings.ts'

/** Time budget for all requests before the start, in ms. */
const BUDGET = 2_500

/**
 * Pause after a failed update, in ms, so that runners with short jobs do not wait for the next failure on every start.
 */
const AFTER_FAILURE = 15 * 60 * 1_000

export interface UpdateContext {
  readonly web: Web
  /** API of the server that hosts the runner's releases. */
  readonly apiUrl: string
  readonly token: string | undefined
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const { max_age_days, warn_days, min_version } = COMMAND_LINE.defaults
const LIMITS = {
  maxAgeDays: Number(max_age_days),
  warnDays: Number(warn_days),
  minVersion: parseVersion(min_version ?? '') as Version,
}

/**
 * Records that GitHub assigns no jobs to this version, so that the next start checks for a newer one regardless of its
 * age.
 */
export function noteRefused({ cacheFolder }: ImageSettings, version: Version): void {
  tryOrUndefined(() => {
    mkdirSync(cacheFolder, { recursive: true })
    writeFileSync(refusalOf(cacheFolder, version), '')
  })
}

const refusalOf = (cacheFolder: string, version: Version) => join(cacheFolder, `refused-${version.text}`)

const judge = (tree: RunnerTree, { releases, latest }: Releases, now: Date): Freshness =>
  freshness({ installed: tree.version, latest, releases }, LIMITS, now)

/** The latest version that has an archive for this machine with a published digest. */
function published({ releases, latest }: Releases): { version: Version; asset: KnownAsset } | undefined {
  const platform = platformOf(process.platform, process.arch)
  const release = latest && releases.find(({ version }) => compareVersions(version, latest) === 0)
  const asset = release?.assets.find(({ name }) =>
    name.startsWith(`actions-runner-${platform}-${release.version.text}.`),
  )
  const { sha256 } = asset ?? {}
  return release && asset && sha256 !== undefined
    ? { version: release.version, asset: { ...asset, sha256 } }
    : undefined
}

const pauseOf = ({ cacheFolder }: ImageSettings) => join(cacheFolder, 'update-again-at')

async function installed(
  settings: ImageSettings,
  { version, asset }: { readonly version: Version; readonly asset: KnownAsset },
  { web, signal }: UpdateContext,
): Promise<RunnerTree> {
  const late = AbortSignal.timeout(DOWNLOAD)
  try {
    return await installTree(settings.folder, version, asset, {
      ...settings,
      web,
      signal: AbortSignal.any([signal, late]),
    })
  } catch (error) {
    throw late.aborted ? new Failure(`${asset.name} was not there after ${formatDuration(DOWNLOAD)}.`) : error
  }
}

async function updated(tree: RunnerTree, settings: ImageSettings, context: UpdateContext): Promise<RunnerTree> {
  const { say } = context
  const known = await knownReleases(context, { ...settings, budget: BUDGET }, new Date())
  for (const notice of known.notices) say(notice)
  const { status } = judge(tree, known, new Date())
  if (known.latest === undefined || !failsOn(status, settings.update)) return tree
  if (status !== 'below_minimum' && isPaused(pauseOf(settings), new Date(), AFTER_FAILURE)) return tree
  // Do not trust a cache that other processes can write to.
  const sure = published(await releasesNow(context, BUDGET))
  if (sure === undefined || compareVersions(sure.version, tree.version) <= 0) {
    say(`A newer runner than ${tree.version.text} is not installed: GitHub does not tell its SHA-256 now.`)
    return tree
  }
  const started = Date.now()
  say(`The runner ${tree.version.text} is updated to ${sure.version.text}.`)
  const found = await installed(settings, sure, context)
  say(`The runner ${found.version.text} is installed after ${formatDuration(Date.now() - started)}.`)
  return found
}

/**
 * Returns the runner to start: the installed one, or a newer one if it is stale. If GitHub or the update fails, the
 * installed one is started, unless it is too old to register.
 */
export async function currentRunner(settings: ImageSettings, context: UpdateContext): Promise<RunnerTree> {
  const tree = installedTree(settings.folder)
  if (tree === undefined) {
    throw new ExitFailure(
      'settings',
      `RUNNER_FOLDER must be the folder of a runner; ${settings.folder} has no bin/Runner.Listener.deps.json with a version.`,
    )
  }
  const isRefused = existsSync(refusalOf(settings.cacheFolder, tree.version))
  const isYoung = ageInDays(tree.folder, new Date()) < settings.checkAfterDays && !isRefused
  if (isYoung) return tree
  if (settings.update === 'never') return mustRegister(tree, settings)
  try {
    return mustRegister(await updated(tree, settings, context), settings)
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof ExitFailure) throw error
    pause(pauseOf(settings), new Date(), AFTER_FAILURE)
    const isExpected = error instanceof Failure || error instanceof WebError
    context.say(
      `warning: The update failed, and ${tree.version.text} starts: ${isExpected ? error.message : reason(error)}`,
    )
    return mustRegister(tree, settings)
  }
}

function mustRegister(tree: RunnerTree, { registration }: ImageSettings): RunnerTree {
  const isEnterpriseServer = registration.kind === 'scope' && registration.scope.isEnterpriseServer
  if (isEnterpriseServer || compareVersions(tree.version, LIMITS.minVersion) >= 0) return tree
  throw new ExitFailure(
    'tooOld',
    `GitHub registers no runner older than ${LIMITS.minVersion.text}; this one is ${tree.version.text}. Rebuild the image with a newer RUNNER_VERSION.`,
  )
}
