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

/** The local requirements of a build, checked while other work continues. */
export interface DockerCheck {
  /** Settles once the commands of the search have started, so that other work does not delay them. */
  readonly underWay: Promise<unknown>
  /** The Docker toolset, once it is known that this user can read what the build reads. */
  readonly toolset: Promise<Toolset>
  /**
   * Waits for the toolset, logs it, and chooses the builder.
   *
   * @throws {Failure} that says what is needed
   */
  chooseBuilder(): Promise<BuilderPlan>
  /** Stops work whose result is no longer needed. */
  stop(): void
}

function checkFiles(inputs: Inputs, job: Job): void {
  // First: what lies in a folder that is closed to this user does not exist for it.
  checkNamedFiles(inputs)
  checkNamedSources(inputs, job.env)
  checkBuildFiles(inputs)
  if (inputs.push) checkLayers(inputs)
}

/**
 * Checks the files of the build, unless a user's script may create them, and Docker.
 *
 * @throws {Failure} for a missing file, before Docker is inspected
 */
export function checkDocker(inputs: Inputs, ports: Ports, job: Job): DockerCheck {
  const hasFiles = inputs.prebuildScript === undefined && inputs.retagFrom === undefined
  if (hasFiles) checkFiles(inputs, job)
  const over = new AbortController()
  const search = searchDocker(inputs, ports, AbortSignal.any([job.signal, over.signal]))
  const readable = search.underWay.then(() => (hasFiles ? checkReadable(inputs, search.toolset, job) : undefined))
  const toolset = Promise.all([search.toolset, readable]).then(([found]) => found)
  // Errors surface where it is awaited.
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
