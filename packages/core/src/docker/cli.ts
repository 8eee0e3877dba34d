import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { lastLine } from '../base/last-line.ts'
import { type Job, jobWith } from '../step/job.ts'
import { type BuildResult, type BuildSpec, optionProblem, runBuild } from './build.ts'
import { dockerExec } from './environment.ts'
import { type DockerClient, type DockerLook, inspectClient, inspectDocker, inspectWithoutEngine } from './inspect.ts'
import { podmanClient } from './podman-client.ts'
import { PushFailure } from './push-failure.ts'
import { makeBuilder, type OwnBuilder, removeBuilder } from './temporary-builder.ts'
import type { Builder, Toolset } from './toolset.ts'

/** Docker's command line. */
export interface Docker {
  /** Version of the Podman that answers to the name `docker`; `undefined` for Docker's own client. */
  podman(): Promise<string | undefined>
  /** Looks at client, engine, buildx and its builder; what is missing is part of the answer. */
  toolset(builder: string | undefined, look?: DockerLook): Promise<Toolset>
  /** The same without a word to the engine, which may be down or may hang. */
  toolsetWithoutEngine(builder: string | undefined): Promise<Toolset>
  /** What builds, found with no process where it can be; an empty version is not known. */
  client(): Promise<DockerClient>
  /** Makes a builder, with the log shown; `undefined`, or the line that says why it cannot be made. */
  makeBuilder(builder: OwnBuilder): Promise<string | undefined>
  /** Removes a builder, also one that could not be made to its end. */
  removeBuilder(name: string): Promise<void>
  /** What the builder's command says of an option that it does not take; `undefined` where it takes all of them. */
  optionProblem(options: readonly string[], builder: Builder): Promise<string | undefined>
  /** Builds, with the log shown. @throws {PushFailure} for an image that was built and not taken by the registry */
  build(spec: BuildSpec, builder: Builder, login: Environment): Promise<BuildResult>
  /** Pulls one reference, with the log shown; `undefined`, or the line that says why it cannot be had. */
  pull(reference: string, login: Environment): Promise<string | undefined>
  /** Pushes one reference and returns the digest that the registry now has for it. @throws {PushFailure} */
  push(reference: string, login: Environment): Promise<string>
}

export function dockerOf(given: Job): Docker {
  const exec = dockerExec(given.exec)
  const job = jobWith(given, { exec })
  return {
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
      if (digest === undefined) throw new Failure(`Docker pushed ${reference} and named no digest: ${lastLine(stdout)}`)
      return digest
    },
  }
}
