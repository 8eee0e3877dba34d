import { childLogin, ensureRepository, isolatedLogin, type Job, type Manifest } from '@container-actions/core'
import { checkFeatures, featuresOf } from './build-features.ts'
import { checkBuildFiles } from './build-files.ts'
import type { Inputs } from './inputs.ts'
import { keepRenewed } from './login-renewal.ts'
import type { Ports } from './main.ts'
import { applySettings, readPolicyFile } from './repository-settings.ts'
import { wantedTags } from './reuse.ts'
import { planTags } from './tag-plan.ts'

/** Everything that can fail without a build, in parallel: files, Docker, credentials, repository. */
export async function prepare(inputs: Inputs, { session, ecr, docker, daemon, settings, registry }: Ports, job: Job) {
  // The script may be what makes them.
  if (inputs.prebuildScript === undefined) checkBuildFiles(inputs)
  const { policyFile, scanOnPush } = inputs.settings
  const policy = policyFile === undefined ? undefined : readPolicyFile(policyFile)
  const logIn = () => Promise.all([ecr.authorization(), ...inputs.registryIds.map(registry)])
  const over = new AbortController()
  const ready = daemon(inputs.waitForDocker, AbortSignal.any([job.signal, over.signal]))
  const [versions, logins] = await Promise.all([
    ready.then(() => docker.versions()),
    logIn(),
    session.identity(),
  ]).finally(() => over.abort())
  const leftOut = checkFeatures(featuresOf(inputs.build, versions.platform), versions.builder)
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
  for (const line of leftOut) job.runner.notice(line)
  job.runner.info(`${created ? 'Created' : 'Found'} repository ${repository.uri}`)
  const wanted = wantedTags(inputs)
  const there = created ? new Map<string, Manifest>() : await ecr.manifests(repository, wanted.tags)
  const plan = planTags(repository, wanted, there)
  for (const line of plan.notices) job.runner.notice(line)
  await applySettings(repository, { policy, scanOnPush }, settings, job)
  const login = isolatedLogin(job.temporaryFolder('ecr-push'), job.env)
  const set = ([own, ...others]: Awaited<ReturnType<typeof logIn>>) => {
    login.set(new Map([...others.map((other) => [other.registry, other] as const), [repository.registry, own]]))
    return own.expiresAt
  }
  const renew = async () => set(await logIn())
  keepRenewed(set(logins), renew, job.runner.info)
  return { versions, repository, plan, there, login: childLogin(login, job.env), renew }
}
