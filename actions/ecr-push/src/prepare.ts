import {
  type Authorization,
  checkLogin,
  checkReferenceLength,
  childLogin,
  type Ecr,
  ensureRepository,
  isolatedDockerConfig,
  isUsualHost,
  type Job,
  type Manifest,
} from '@container-actions/core'
import { checkLoopback } from './builder/loopback-registry.ts'
import { checkDocker } from './check-docker.ts'
import type { Inputs } from './inputs.ts'
import type { Ports } from './ports.ts'
import { keepRenewed } from './push/login-renewal.ts'
import { applySettings, policyIn } from './repository/repository-settings.ts'
import { wantedTags } from './reuse/reuse.ts'
import { planTags } from './tags/plan.ts'

/** Everything that is known once only the build is left. */
export type Ready = Awaited<ReturnType<typeof prepare>>

/** Starts reading the repository and its tags early; errors surface where the result is awaited. */
function readAhead(name: string, tags: readonly string[], ecr: Pick<Ecr, 'find' | 'manifests'>) {
  const found = ecr.find(name)
  const there = found.then((repository) => repository && ecr.manifests(repository, tags))
  for (const read of [found, there]) read.catch(() => undefined)
  return { found, there }
}

/**
 * The hosts of the registry to push to, first the one for image references: the API's, or a FIPS or dual-stack host.
 */
function hostsOf({ registryHost }: Inputs, { endpoint = '' }: Authorization): string[] {
  const named = URL.canParse(endpoint) ? [new URL(endpoint).host] : []
  return registryHost === undefined || isUsualHost(registryHost) ? named : [registryHost, ...named]
}

/** Everything that can fail without a build, in parallel: files, Docker, credentials, repository. */
export async function prepare(inputs: Inputs, ports: Ports, job: Job) {
  const { session, ecr, settings, registry } = ports
  const docker = checkDocker(inputs, ports, job)
  const { policyFile, scanOnPush } = inputs.settings
  const policy = policyFile === undefined ? undefined : policyIn(policyFile)
  const logIn = () => Promise.all([ecr.authorization(), ...inputs.registryIds.map(registry)])
  // The AWS code has to be loaded first, which blocks this process.
  await docker.underWay
  const wanted = wantedTags(inputs)
  const login = isolatedDockerConfig(job.temporaryFolder('ecr-push'), job.env)
  const looks = [docker.toolset, logIn(), session.identity(), checkLogin(login, job)] as const
  const ahead = readAhead(inputs.repo, wanted.tags, ecr)
  const [toolset, logins] = await Promise.all(looks).finally(docker.stop)
  const builderPlan = await docker.chooseBuilder()
  for (const host of hostsOf(inputs, logins[0]).slice(0, 1)) {
    checkReferenceLength(host, inputs.repo)
    await checkLoopback(`${host}/${inputs.repo}`, toolset, builderPlan, ports.unreached)
  }
  const { repository, created } = await ensureRepository(
    ecr,
    inputs.repo,
    { create: inputs.createRepo, input: 'create_repo', looked: ahead.found },
    job,
  )
  job.runner.info(`${created ? 'Created' : 'Found'} repository ${repository.uri}`)
  const read = async () => (await ahead.there) ?? (await ecr.manifests(repository, wanted.tags))
  const there = created ? new Map<string, Manifest>() : await read()
  const plan = planTags(repository, wanted, there)
  for (const line of plan.notices) job.runner.notice(line)
  await applySettings(repository, { policy, scanOnPush }, settings, job)
  const set = ([own, ...others]: Awaited<ReturnType<typeof logIn>>) => {
    // Base images may be referenced by the other host.
    const hosts = [repository.registry, ...hostsOf(inputs, own).slice(1)].map((host) => [host, own] as const)
    login.store(new Map([...others.map((other) => [other.registry, other] as const), ...hosts]))
    return own.expiresAt
  }
  const renew = async () => set(await logIn())
  keepRenewed(set(logins), renew, job.runner.info)
  return { ...builderPlan, repository, plan, there, login: childLogin(login, job.env, job.runner.info), renew }
}
