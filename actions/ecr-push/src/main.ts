import {
  type AwsSession,
  childLogin,
  type Docker,
  type Ecr,
  ensureRepository,
  isolatedLogin,
  type Job,
} from '@container-actions/core'
import { checkBuildFiles } from './build-files.ts'
import type { Inputs } from './inputs.ts'
import { pushTags } from './push.ts'
import { summaryOf } from './summary.ts'

/** What this action needs of AWS and of Docker. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity'>
  readonly ecr: Ecr
  readonly docker: Docker
}

/** Named as in action.yml. */
export type Outputs = {
  readonly image: string
  readonly images: string
  readonly tags: string
  readonly tag: string
  readonly digest: string
  readonly image_digest_ref: string
  readonly repository: string
  readonly repository_uri: string
  readonly registry: string
  readonly registry_id: string
}

/** Everything that can fail without a build, in parallel: files, Docker, credentials, repository. */
async function prepare(inputs: Inputs, { session, ecr, docker }: Ports, job: Job) {
  checkBuildFiles(inputs)
  const [versions, authorization] = await Promise.all([docker.versions(), ecr.authorization(), session.identity()])
  const { repository, created } = await ensureRepository(
    ecr,
    inputs.repo,
    { create: inputs.createRepo, input: 'create_repo' },
    job,
  )
  job.runner.info(`Docker: client ${versions.client}, engine ${versions.server}, builds with ${versions.builder}`)
  if (versions.builder === 'classic') {
    job.runner.notice(
      `Docker's client ${versions.client} has no buildx plugin, so the image is built by the classic builder, without BuildKit. Install the plugin docker-buildx on the runner.`,
    )
  }
  job.runner.info(`${created ? 'Created' : 'Found'} repository ${repository.uri}`)
  const login = isolatedLogin(job.temporaryFolder('ecr-push'), job.env)
  login.set(new Map([[repository.registry, authorization]]))
  return { versions, repository, login: childLogin(login, job.env) }
}

/** Builds the image once and pushes it under all tags, after everything else was found right. */
export async function main(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  const { versions, repository, login } = await job.phase('Check Docker, AWS and the repository', () =>
    prepare(inputs, ports, job),
  )
  const [tag] = inputs.tags
  const image = `${repository.uri}:${tag}`
  await job.phase(`Build ${image}`, () =>
    ports.docker.build(
      { context: inputs.path, dockerfile: inputs.dockerfile, reference: image },
      versions.builder,
      login,
    ),
  )
  const digest = await job.phase('Push', () => pushTags(repository, inputs.tags, login, ports, job))
  job.runner.info(`Pushed ${repository.uri}@${digest}`)
  await job.runner.summary(summaryOf({ repository, tags: inputs.tags, digest, phases: job.phases }))
  return {
    image,
    images: inputs.tags.map((each) => `${repository.uri}:${each}`).join('\n'),
    tags: inputs.tags.join(','),
    tag,
    digest,
    image_digest_ref: `${repository.uri}@${digest}`,
    repository: repository.name,
    repository_uri: repository.uri,
    registry: repository.registry,
    registry_id: repository.registryId,
  }
}
