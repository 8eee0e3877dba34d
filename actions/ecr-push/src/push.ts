import {
  type Docker,
  type Ecr,
  type Environment,
  Failure,
  type Job,
  type Manifest,
  type Repository,
} from '@container-actions/core'

/**
 * Pushes the layers under the first tag, points the others at the same manifest, and asks ECR what each tag now is.
 *
 * @param login the variables of Docker's login
 * @returns the digest that all tags have
 */
export async function pushTags(
  repository: Repository,
  [first, ...others]: readonly [string, ...string[]],
  login: Environment,
  { docker, ecr }: { docker: Pick<Docker, 'push'>; ecr: Ecr },
  job: Job,
): Promise<string> {
  const digest = await docker.push(`${repository.uri}:${first}`, login)
  job.changed(`pushed ${repository.name}:${first}`)
  const manifest = await ecr.manifest(repository, { tag: first })
  if (manifest?.digest !== digest) throw moved(repository, first, digest, manifest?.digest)
  for (const tag of others) await setTag(repository, manifest, tag, ecr, job)
  return digest
}

/** Points the tags at an image that the repository has; one that is there already costs no write. */
export async function promoteTags(
  repository: Repository,
  manifest: Manifest,
  tags: readonly string[],
  ecr: Ecr,
  job: Job,
): Promise<void> {
  for (const tag of tags) {
    const now = await ecr.manifest(repository, { tag })
    if (now?.digest !== manifest.digest) await setTag(repository, manifest, tag, ecr, job)
  }
}

/** A call without an answer may have been served all the same, so that the tag is looked at before it counts as failed. */
async function writeTag(repository: Repository, manifest: Manifest, tag: string, ecr: Ecr, job: Job): Promise<void> {
  try {
    await ecr.tag(repository, manifest, tag)
  } catch (error) {
    job.signal.throwIfAborted()
    const now = await ecr.manifest(repository, { tag }).catch(() => 'unknown' as const)
    if (now === 'unknown' && error instanceof Failure) {
      throw new Failure(`${error.message} Whether ${repository.name}:${tag} was tagged is not known.`, { cause: error })
    }
    if (now === 'unknown' || now?.digest !== manifest.digest) throw error
  }
}

async function setTag(repository: Repository, manifest: Manifest, tag: string, ecr: Ecr, job: Job): Promise<void> {
  await writeTag(repository, manifest, tag, ecr, job)
  job.changed(`tagged ${repository.name}:${tag}`)
  const now = await ecr.manifest(repository, { tag })
  if (now?.digest !== manifest.digest) throw moved(repository, tag, manifest.digest, now?.digest)
  job.runner.info(`Tagged ${repository.uri}:${tag}`)
}

function moved(repository: Repository, tag: string, pushed: string, found: string | undefined): Failure {
  return new Failure(
    `Tag '${tag}' of ${repository.name} is ${found ?? 'missing'} and not ${pushed}, which this step pushed: another job moved it at the same moment. Let only one job push a tag, for example with 'concurrency:'.`,
  )
}
