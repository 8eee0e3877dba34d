import { type Ecr, imagesIn, type Job, type PlatformImage, reason } from '@container-actions/core'
import type { Inputs } from '../inputs.ts'
import type { Image } from '../reuse/reuse.ts'
import { tagChanges } from '../tags/change.ts'
import { commitLink, consoleLink } from './links.ts'
import { summaryOf } from './summary.ts'

/** The images of the manifest; none if they cannot be read, because the summary must not fail the step. */
export async function contentOf({ repository, manifest }: Image, ecr: Ecr, job: Job): Promise<PlatformImage[]> {
  try {
    return await imagesIn(repository, manifest, ecr)
  } catch (error) {
    job.signal.throwIfAborted()
    job.runner.debug(`The content of ${repository.uri}@${manifest.digest} cannot be read: ${reason(error)}`)
    return []
  }
}

/** Size in the registry in bytes, for all platforms together; `undefined` if any part is unknown. */
export function sizeOf(images: readonly PlatformImage[]): number | undefined {
  const sizes = images.map(({ sizeBytes }) => sizeBytes)
  if (sizes.length === 0 || sizes.includes(undefined)) return undefined
  return sizes.reduce<number>((total, size) => total + (size ?? 0), 0)
}

/** Writes the job summary of an image that is in place. */
export async function writeSummary(
  image: Image,
  images: readonly PlatformImage[],
  inputs: Inputs,
  job: Job,
): Promise<void> {
  const { repository, there, tags } = image
  const { digest } = image.manifest
  const before = new Map([...there].map(([tag, manifest]) => [tag, manifest.digest]))
  const links = { image: consoleLink(repository, digest), commit: commitLink(job.event) }
  const changes = tagChanges(inputs.tags, before, { digest, tags })
  await job.runner.summary(summaryOf({ ...image, digest, tags: changes, images, phases: job.phases, links }))
}
