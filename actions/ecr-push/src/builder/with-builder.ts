import { type Docker, isLoopback, type Job, ownBuilderName, type Repository } from '@container-actions/core'
import type { BuilderChoice, BuilderPlan } from './choose-builder.ts'

/**
 * Runs `work` with the chosen builder; a temporary one is always removed afterwards.
 *
 * @throws {Failure} if a builder is needed and cannot be created
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
    const problem = await job.phase(`Create the builder ${name}`, () => {
      job.runner.info(`This temporary builder is removed after the build: ${choice.temporaryReasons.join(' ')}`)
      // From a network behind it, its container would not reach a registry on the loopback of the engine's machine.
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
