import { isAtLeast } from '@container-actions/core'
import type { Mirror } from './buildkitd.ts'
import type { Daemon } from './daemon.ts'
import type { MirrorAnswer } from './mirror.ts'

/** What to change if the daemon is ready but a check failed, by cause. */
export const CURES = {
  api_version_too_old: 'Upgrade Docker Engine, or lower `min_api_version`.',
  server_version_too_old: 'Upgrade Docker Engine, or lower `min_server_version`.',
  buildx_missing: 'Install the plugin docker-buildx, or add docker/setup-buildx-action before this step.',
  mirror_not_configured: "Add the mirror to 'registry-mirrors' in the daemon.json of the daemon and reload it.",
  mirror_not_serving: "Check the mirror, or remove it from 'registry-mirrors' in the daemon.json of the daemon.",
} as const

export type FailedCheck = keyof typeof CURES

/** The result of one check on a ready daemon. */
export interface Check {
  /** For the log: what was checked and what was found. */
  readonly line: string
  /** The failed check; `undefined` if it passed. */
  readonly failed?: FailedCheck
}

export interface Wanted {
  readonly minApiVersion: string | undefined
  readonly minServerVersion: string | undefined
  readonly requireBuildx: boolean
  readonly registryMirrors: readonly string[]
}

const plain = (url: string): string => url.trim().toLowerCase().replace(/\/+$/, '')

const list = (mirrors: readonly Mirror[]): string =>
  mirrors.length === 0 ? 'none' : mirrors.map(({ url }) => url.replace(/\/$/, '')).join(', ')

function checkVersion(name: string, have: string, want: string | undefined, failed: FailedCheck): Check[] {
  if (want === undefined) return []
  const passed = have !== '' && isAtLeast(have, want)
  const line = `${name}: the daemon has ${have || 'not told it'}, ${want} is the least`
  return [passed ? { line } : { line, failed }]
}

/** Checks the daemon against the requirements of the step. */
export function checkDaemon(daemon: Daemon, buildx: string | undefined, wanted: Wanted): Check[] {
  const missing = wanted.registryMirrors.filter(
    (url) => !daemon.mirrors.some((mirror) => plain(mirror.url) === plain(url)),
  )
  return [
    ...checkVersion('API version', daemon.apiVersion, wanted.minApiVersion, 'api_version_too_old'),
    ...checkVersion('Server version', daemon.serverVersion, wanted.minServerVersion, 'server_version_too_old'),
    ...(wanted.requireBuildx
      ? [
          buildx === undefined
            ? { line: 'buildx: the docker CLI of this runner has no such plugin', failed: 'buildx_missing' as const }
            : { line: `buildx: ${buildx}` },
        ]
      : []),
    ...wanted.registryMirrors.map((url) => ({
      line: `Registry mirror ${url}: the daemon is configured with ${list(daemon.mirrors)}`,
      ...(missing.includes(url) ? { failed: 'mirror_not_configured' as const } : {}),
    })),
  ]
}

const describeAnswer = (answer: MirrorAnswer): string =>
  `${answer.mirror.url} ${answer.kind === 'answer' ? `answers ${answer.status}` : `cannot be reached: ${answer.why}`}`

/** Checks that one of the daemon's mirrors serves an image. Mirrors that only the daemon can reach are inconclusive. */
export function checkMirrors(image: string, answers: readonly MirrorAnswer[]): Check & { readonly unknown?: true } {
  const line = `${image} from a registry mirror: `
  if (answers.length === 0)
    return { line: `${line}the daemon is configured with none`, failed: 'mirror_not_configured' }
  const found = `${line}${answers.map(describeAnswer).join('; ')}`
  if (answers.some((answer) => answer.kind === 'answer' && answer.status === 200)) return { line: found }
  if (answers.every((answer) => answer.kind === 'unreachable')) return { line: found, unknown: true }
  return { line: found, failed: 'mirror_not_serving' }
}
