import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { lastLine } from '../base/last-line.ts'
import { type Job, jobWith } from '../step/job.ts'
import { type BuildResult, type BuildSpec, optionProblem, runBuild } from './build.ts'
import { clientProblem } from './client-program.ts'
import { dockerExec } from './environment.ts'
import { type DockerClient, type DockerLook, inspectClient, inspectDocker, inspectWithoutEngine } from './inspect.ts'
import { podmanClient } from './podman-client.ts'
import { PushFailure } from './push-failure.ts'
import { makeBuilder, type OwnBuilder, removeBuilder } from './temporary-builder.ts'
import type { Builder, Toolset } from './toolset.ts'

/** The docker CLI. */
export interface Docker {
  /** Why there is no client to run, and what to change; `undefined` where there is one. */
  clientProblem(): string | undefined
  /** Version of the Podman that answers to the name `docker`; `undefined` for Docker's own client. */
  podman(): Promise<string | undefined>
  /** Inspects client, engine, buildx and its builder; missing parts are reported in the result. */
  toolset(builder: string | undefined, look?: DockerLook): Promise<Toolset>
  /** The same without contacting the engine, which may be down or hang. */
  toolsetWithoutEngine(builder: string | undefined): Promise<Toolset>
  /** The client and buildx, found without starting a process if possible; an empty version is unknown. */
  client(): Promise<DockerClient>
  /** Creates a builder and shows the log; returns the error line, or `undefined` on success. */
  makeBuilder(builder: OwnBuilder): Promise<string | undefined>
  /** Removes a builder, even if its creation was incomplete. */
  removeBuilder(name: string): Promise<void>
  /** The build command's error for an unsupported option; `undefined` if it accepts all. */
  optionProblem(options: readonly string[], builder: Builder): Promise<string | undefined>
  /**
   * Builds and shows the log.
   *
   * @throws {PushFailure} if the image was built, but the registry rejected it
   */
  build(spec: BuildSpec, builder: Builder, login: Environment): Promise<BuildResult>
  /** Pulls one reference and shows the log; returns the error line, or `undefined` on success. */
  pull(reference: string, login: Environment): Promise<string | undefined>
  /**
   * Pushes one reference and returns the digest that the registry now has for it.
   *
   * @throws {PushFailure}
   */
  push(reference: string, login: Environment): Promise<string>
}

export function dockerOf(given: Job): Docker {
  const exec = dockerExec(given)
  const job = jobWith(given, { exec })
  return {
    clientProblem: () => clientProblem(job.env),

    podman: () => podmanClient(exec, job.env),

    toolset: (builder, look) => inspectDocker(exec, builder, job.env, look),

    toolsetWithoutEngine: (builder) => inspectWithoutEngine(exec, builder, job.env),

    client: () => inspectClient(exec, job.env),

    makeBuilder: (builder) => makeBuilder(builder, job),

    removeBuilder: (name) => removeBuilder(name, job),

    optionProblem: (options, builder) => optionProblem(options, builder, job),

    build: (spec, builder, login) => runBuild(spec, builder, login, job),

    async pull(reference, login) {
      const { exitCode, stdout, stderr } = await exec.run('docker', ['pull', reference], { env: login, echo: true })
      return exitCode === 0 ? undefined : lastLine(stderr) || lastLine(stdout)
    },

    async push(reference, login) {
      const { exitCode, stdout, stderr } = await exec.run('docker', ['push', reference], { env: login, echo: true })
      if (exitCode !== 0) throw new PushFailure(reference, lastLine(stderr) || lastLine(stdout))
      const [, digest] = /\bdigest: (sha256:[0-9a-f]{64}) size: \d+/.exec(stdout) ?? []
      if (digest === undefined)
        throw new Failure(`Docker pushed ${reference} but reported no digest: ${lastLine(stdout)}`)
      return digest
    },
  }
}
