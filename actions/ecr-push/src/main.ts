import {
  type Authorization,
  type AwsSession,
  childLogin,
  type Docker,
  type DockerVersions,
  type Ecr,
  type EcrSettings,
  type Environment,
  ensureRepository,
  isolatedLogin,
  type Job,
} from '@container-actions/core'
import { checkBuildFiles } from './build-files.ts'
import { buildxSources, cacheImages, cacheOptions } from './cache-source.ts'
import type { Inputs } from './inputs.ts'
import { runPrebuildScript } from './prebuild-script.ts'
import { pushTags } from './push.ts'
import { applySettings, readPolicyFile } from './repository-settings.ts'
import { summaryOf } from './summary.ts'

/** What this action needs of AWS and of Docker. */
export interface Ports {
  readonly session: Pick<AwsSession, 'identity'>
  readonly ecr: Ecr
  readonly docker: Docker
  readonly settings: Pick<EcrSettings, 'setPolicy' | 'setScanOnPush'>
  /** A login for the registry of another account. */
  readonly registry: (account: string) => Promise<Authorization & { readonly registry: string }>
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
async function prepare(inputs: Inputs, { session, ecr, docker, settings, registry }: Ports, job: Job) {
  // The script may be what makes them.
  if (inputs.prebuildScript === undefined) checkBuildFiles(inputs)
  const { policyFile, scanOnPush } = inputs.settings
  const policy = policyFile === undefined ? undefined : readPolicyFile(policyFile)
  const [versions, authorization, others] = await Promise.all([
    docker.versions(),
    ecr.authorization(),
    Promise.all(inputs.registryIds.map(registry)),
    session.identity(),
  ])
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
  await applySettings(repository, { policy, scanOnPush }, settings, job)
  const login = isolatedLogin(job.temporaryFolder('ecr-push'), job.env)
  login.set(new Map([...others.map((other) => [other.registry, other] as const), [repository.registry, authorization]]))
  return { versions, repository, login: childLogin(login, job.env) }
}

/** The options that the cache's sources become; the classic builder only knows images that the engine has. */
async function cacheFor(
  { cacheFrom }: Inputs,
  { builder }: DockerVersions,
  login: Environment,
  docker: Docker,
  job: Job,
): Promise<string[]> {
  if (builder === 'buildx') return cacheOptions(cacheFrom, builder)
  for (const spec of buildxSources(cacheFrom)) {
    job.runner.notice(`The cache ${spec} is left out: only buildx can read it. Install the plugin docker-buildx.`)
  }
  const found = []
  for (const image of cacheImages(cacheFrom)) {
    const problem = builder === 'classic' ? await docker.pull(image, login) : undefined
    if (problem === undefined) found.push({ image })
    else job.runner.info(`The build does without the cache ${image}: ${problem}`)
  }
  return cacheOptions(found, builder)
}

/** Builds the image once and pushes it under all tags, after everything else was found right. */
export async function main(inputs: Inputs, ports: Ports, job: Job): Promise<Outputs> {
  const { versions, repository, login } = await job.phase('Check Docker, AWS and the repository', () =>
    prepare(inputs, ports, job),
  )
  const { prebuildScript } = inputs
  if (prebuildScript !== undefined) {
    await job.phase('Run prebuild_script', () => runPrebuildScript(prebuildScript, login, job))
    checkBuildFiles(inputs)
  }
  const [tag] = inputs.tags
  const image = `${repository.uri}:${tag}`
  await job.phase(`Build ${image}`, async () => {
    const options = [...(await cacheFor(inputs, versions, login, ports.docker, job)), ...inputs.extraBuildArgs]
    const spec = { context: inputs.path, dockerfile: inputs.dockerfile, reference: image, options }
    await ports.docker.build(spec, versions.builder, login)
  })
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
