import type { Job } from '@container-actions/core'
import { buildAndPush } from './build-and-push.ts'
import { buildOnly } from './build-only.ts'
import { withBuilder } from './builder/with-builder.ts'
import { withContentTag } from './content/content-tag.ts'
import { checkWorkspaceFiles } from './content/workspace-files.ts'
import { preview } from './dry-run/preview.ts'
import { checkPrebuildScript } from './inputs/prebuild-script.ts'
import type { Inputs } from './inputs.ts'
import { type Outputs, outputsFor } from './outputs.ts'
import type { Ports } from './ports.ts'
import { prepare } from './prepare.ts'
import { listArtifact } from './report/artifact-list.ts'
import { contentOf, sizeOf, writeSummary } from './report/written-summary.ts'
import { type Image, reuseImage, reuseImmutable } from './reuse/reuse.ts'

async function makeImage(inputs: Inputs, ports: Ports, job: Job): Promise<Image> {
  const ready = await job.phase('Check Docker, AWS and the repository', () => prepare(inputs, ports, job))
  const { repository, plan } = ready
  const { tags, existing: manifest } = plan
  if (manifest !== undefined) {
    return job.phase('Tag', () => reuseImmutable({ repository, manifest, tags }, inputs, ports, job))
  }
  return withBuilder(ready, repository, ports.docker, job, (choice) =>
    buildAndPush({ ...ready, choice }, inputs, ports, job),
  )
}

/** Builds the image once and pushes it under all tags, after everything else has been checked. */
export async function main(given: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  checkWorkspaceFiles(given, job.env)
  if (given.prebuildScript !== undefined) checkPrebuildScript(given.prebuildScript)
  if (!given.push) return buildOnly(given, ports, job)
  const inputs = await withContentTag(given, ports, job)
  if (inputs.dryRun) return preview(inputs, ports, job)
  const image = (await reuseImage(inputs, ports, job)) ?? (await makeImage(inputs, ports, job))
  const { repository, tags, reason, imageId = '', metadata = '' } = image
  const { digest } = image.manifest
  const pushed = reason === ''
  const reference = `${repository.uri}@${digest}`
  job.runner.info(pushed ? `Pushed ${reference}` : `Nothing is pushed, because ${reason}: ${reference}`)
  listArtifact(reference, job.env)
  const images = await contentOf(image, ports.ecr, job)
  await writeSummary(image, images, inputs, job)
  return outputsFor(repository, tags, {
    digest,
    image_digest_ref: reference,
    imageid: imageId,
    metadata,
    size_bytes: sizeOf(images) ?? '',
    pushed,
    skipped: !pushed,
    reason,
  })
}
