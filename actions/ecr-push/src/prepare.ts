import { childLogin, ensureRepository, isolatedLogin, type Job, type Manifest } from '@container-actions/core'
import { askedOf } from './asked.ts'
import { checkBuildFiles } from './build-files.ts'
import { findDocker } from './docker-found.ts'
import type { Inputs } from './inputs.ts'
import { keepRenewed } from './login-renewal.ts'
import type { Ports } from './main.ts'
import { negotiate } from './negotiation.ts'
import { applySettings, readPolicyFile } from './repository-settings.ts'
import { wantedTags } from './reuse.ts'
import { planTags } from './tag-plan.ts'
import { toolsetLine } from './toolset-line.ts'

/** What is known when nothing but the build is left. */
export type Ready = Awaited<ReturnType<typeof prepare>>

/** Everything that can fail without a build, in parallel: files, Docker, credentials, repository. */
export async function prepare(inputs: Inputs, { session, ecr, docker, daemon, settings, registry }: Ports, job: Job) {
  // The script may be what makes them.
  if (inputs.prebuildScript === undefined) checkBuildFiles(inputs)
  const { policyFile, scanOnPush } = inputs.settings
  const policy = policyFile === undefined ? undefined : readPolicyFile(policyFile)
  const logIn = () => Promise.all([ecr.authorization(), ...inputs.registryIds.map(registry)])
  const over = new AbortController()
  const ready = daemon(inputs.waitForDocker, AbortSignal.any([job.signal, over.signal]))
  const [toolset, logins] = await Promise.all([
    findDocker(inputs.builder, docker, ready, over.signal),
    logIn(),
    session.identity(),
  ]).finally(() => over.abort())
  const asked = askedOf(inputs, toolset)
  const how = negotiate(asked, toolset)
  const { repository, created } = await ensureRepository(
    ecr,
    inputs.repo,
    { create: inputs.createRepo, input: 'create_repo' },
    job,
  )
  job.runner.info(toolsetLine(toolset))
  for (const line of how.notices) job.runner.notice(line)
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
  const without = (problem: string) => negotiate(asked, toolset, problem)
  return { how, without, repository, plan, there, login: childLogin(login, job.env), renew }
}
