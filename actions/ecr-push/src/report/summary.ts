import {
  block,
  code,
  formatDuration,
  formatSize,
  type Phase,
  type PlatformImage,
  type Repository,
  table,
} from '@container-actions/core'
import type { TagChange } from '../tags/change.ts'

/** The result of a step for an image. */
export interface Done {
  readonly repository: Repository
  readonly digest: string
  readonly tags: readonly TagChange[]
  /** Empty if the manifest could not be read. */
  readonly images: readonly PlatformImage[]
  readonly phases: readonly Phase[]
  /** The reason for each retry. */
  readonly retries: readonly string[]
  /** Why nothing was pushed; empty if it was. */
  readonly reason: string
  /** URLs of the image in the AWS console, and of the commit. */
  readonly links: { readonly image: string | undefined; readonly commit: string | undefined }
}

const short = (digest: string): string => code(digest.slice(0, 'sha256:'.length + 12))

function changeText({ became, before }: TagChange): string {
  switch (became) {
    case 'new':
      return 'new'
    case 'moved':
      return `moved from ${short(before ?? '')}`
    case 'kept':
      return 'already had this image'
    case 'left':
      return before === undefined ? 'left out' : `left at ${short(before)}`
  }
}

/** Empty if a single image does not state its platform. */
function imageRows(images: readonly PlatformImage[]): string[][] {
  return images.map(({ platform, sizeBytes }) => [
    platform === '' ? 'Size' : `Image for ${code(platform)}`,
    sizeBytes === undefined ? '' : formatSize(sizeBytes),
  ])
}

function phaseTable(phases: readonly Phase[]): string {
  if (phases.length === 0) return ''
  const rows = phases.map(({ title, milliseconds }) => [code(title), formatDuration(milliseconds)])
  return `\n${table(['Phase', 'Time'], rows)}`
}

const link = (text: string, url: string | undefined): string[] => (url === undefined ? [] : [`[${text}](${url})`])

/** The job summary: the current tags, how to pull the image, and the duration of each phase. */
export function summaryOf({ repository, digest, tags, images, phases, retries, reason, links }: Done): string {
  const pages = [...link('Image in the AWS console', links.image), ...link('Commit', links.commit)]
  return [
    `### ${code(repository.name)}: ${reason === '' ? 'pushed' : 'nothing pushed'}\n\n`,
    reason === '' ? '' : `${code(reason)}\n\n`,
    table(['', ''], [['Digest', code(digest)], ...imageRows(images)]),
    '\n',
    table(
      ['Tag', ''],
      tags.map((change) => [code(change.tag), changeText(change)]),
    ),
    block('', [`docker pull ${repository.uri}@${digest}`]),
    pages.length === 0 ? '' : `\n${pages.join(' · ')}\n`,
    phaseTable(phases),
    retries.length === 0 ? '' : `\nTried again:\n\n${retries.map((line) => `- ${code(line)}\n`).join('')}`,
  ].join('')
}

/** The result of a step that does not push. */
export interface Built extends Pick<Done, 'reason' | 'phases'> {
  readonly repository: string
  /** References of the image in the engine; none without `load`. */
  readonly references: readonly string[]
  /** Empty if the builder reports none. */
  readonly imageId: string
}

/** The job summary of a build without a push. */
export function builtSummaryOf({ repository, references, imageId, reason, phases }: Built): string {
  const rows = [
    ['In the engine', references.map(code).join(' ') || 'no'],
    ...(imageId === '' ? [] : [['Image ID', code(imageId)]]),
  ]
  return [
    `### ${code(repository)}: built, not pushed\n\n${code(reason)}\n\n`,
    table(['', ''], rows),
    phaseTable(phases),
  ].join('')
}
