import { type Docker, type Job, ownBuilderName, type Repository } from '@container-actions/core'
import type { BuilderChoice, BuilderPlan } from './choose-builder.ts'

/** In a container of its own, a registry on the loopback of the engine's machine is out of reach but for this network. */
const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host)

/**
 * Does `work` with the builder that was negotiated; one that is made for it is removed after it, whatever comes of it.
 *
 * @throws {Failure} where a builder is needed and cannot be made
 */
export async function withBuilder<T>(
  { choice, fallback }: BuilderPlan,
  { registry }: Pick<Repository, 'registry'>,
  docker: Docker,
  job: Job,
  work: (choice: BuilderChoice) => Promise<T>,
): Promise<T> {
  if (choice.temporaryReasons.length === 0) return work(choice)
  const name = ownBuilderName()
  try {
    const problem = await job.phase(`Make the builder ${name}`, () => {
      job.runner.info(`It is made for this build alone, and removed after it: ${choice.temporaryReasons.join(' ')}`)
      return docker.makeBuilder({ name, hostNetwork: isLoopback(registry) })
    })
    if (problem === undefined) return await work({ ...choice, builder: name })
    const instead = fallback(problem)
    for (const line of instead.notices) job.runner.notice(line)
    return await work(instead)
  } finally {
    await docker.removeBuilder(name)
  }
}
