import type { Job, Toolset } from '@container-actions/core'
import type { BuilderPlan } from './builder/choose-builder.ts'
import { searchDocker } from './builder/find-docker.ts'
import { checkMaker } from './builder/image-maker.ts'
import { checkLayers } from './builder/layerless.ts'
import { logToolset } from './builder/log-toolset.ts'
import { planBuilder } from './builder/plan-builder.ts'
import { checkNamedSources } from './content/named-sources.ts'
import { checkNamedFiles, checkReadable } from './content/readable-files.ts'
import { checkBuildFiles } from './inputs/build-files.ts'
import type { Inputs } from './inputs.ts'
import type { Ports } from './ports.ts'

/** What a build needs on this machine, looked at while other work goes on. */
export interface DockerCheck {
  /** Settles when the commands of the search run, so that other work takes no time from their start. */
  readonly underWay: Promise<unknown>
  /** What there is of Docker, once this user is known to be able to read what the build reads. */
  readonly toolset: Promise<Toolset>
  /** Waits for the toolset, logs it, and decides who builds. @throws {Failure} that says what would be needed */
  chooseBuilder(): Promise<BuilderPlan>
  /** Ends what nobody waits for any more. */
  stop(): void
}

function checkFiles(inputs: Inputs, job: Job): void {
  checkNamedSources(inputs, job.env)
  checkNamedFiles(inputs)
  checkBuildFiles(inputs)
  if (inputs.push) checkLayers(inputs)
}

/**
 * Looks at the files of the build, which a script of the user's may be what makes, and at Docker.
 *
 * @throws {Failure} for a file that is not there, before Docker is looked at
 */
export function checkDocker(inputs: Inputs, ports: Ports, job: Job): DockerCheck {
  const hasFiles = inputs.prebuildScript === undefined && inputs.retagFrom === undefined
  if (hasFiles) checkFiles(inputs, job)
  const over = new AbortController()
  const search = searchDocker(inputs, ports, AbortSignal.any([job.signal, over.signal]))
  const readable = search.underWay.then(() => (hasFiles ? checkReadable(inputs, search.toolset, job) : undefined))
  const toolset = Promise.all([search.toolset, readable]).then(([found]) => found)
  // Whoever waits for it is told.
  toolset.catch(() => undefined)
  return {
    underWay: search.underWay,
    toolset,
    async chooseBuilder() {
      const found = await toolset
      checkMaker(inputs.contentMaker, found)
      const plan = await planBuilder(inputs, found, ports.docker, job.env)
      logToolset(found, plan.choice, job.runner)
      return plan
    },
    stop: () => over.abort(),
  }
}
