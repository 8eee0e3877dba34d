import { buildFailure } from './docker-build-log.ts'
import type { Environment } from './environment.ts'
import { Failure } from './failure.ts'
import type { Job } from './job.ts'
import { PushFailure } from './push-failure.ts'

/** Who builds: the buildx plugin, the BuildKit client inside Docker's CLI before 23, or the classic builder. */
export type Builder = 'buildx' | 'buildkit' | 'classic'

/** The Docker that this step found. */
export interface DockerVersions {
  readonly client: string
  readonly server: string
  /** The engine's own, as `linux/amd64`. */
  readonly platform: string
  readonly builder: Builder
}

export interface BuildSpec {
  /** Folder or URL of the build context. */
  readonly context: string
  readonly dockerfile: string
  /** Full reference that the image gets in the engine. */
  readonly reference: string
  /** Further options of the builder's command, each one argument. */
  readonly options?: readonly string[]
}

/** Docker's command line. */
export interface Docker {
  /** Looks at client, engine and builder; an engine that does not answer is a `Failure`. */
  versions(): Promise<DockerVersions>
  /** Builds into the engine's own store, with the log shown. */
  build(spec: BuildSpec, builder: Builder, login: Environment): Promise<void>
  /** Pulls one reference, with the log shown; `undefined`, or the line that says why it cannot be had. */
  pull(reference: string, login: Environment): Promise<string | undefined>
  /** Pushes one reference and returns the digest that the registry now has for it. @throws {PushFailure} */
  push(reference: string, login: Environment): Promise<string>
}

/** The first client that has no builder of its own but buildx and the classic one. */
const FIRST_WITHOUT_BUILDKIT = 23

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** What `docker version --format '{{json .}}'` prints, as far as it is read. */
interface VersionAnswer {
  readonly Client?: { readonly Version?: string }
  readonly Server?: { readonly Version?: string; readonly Os?: string; readonly Arch?: string } | null
}

function builderOf(client: string, buildx: boolean): Builder {
  if (buildx) return 'buildx'
  return Number.parseInt(client, 10) < FIRST_WITHOUT_BUILDKIT ? 'buildkit' : 'classic'
}

function buildArguments(spec: BuildSpec, builder: Builder): string[] {
  const command = {
    buildx: ['buildx', 'build', '--load', '--progress=plain'],
    buildkit: ['build', '--progress=plain'],
    classic: ['build'],
  }
  const { dockerfile, reference, options = [], context } = spec
  return [...command[builder], '--file', dockerfile, '--tag', reference, ...options, '--', context]
}

export function dockerOf(job: Job): Docker {
  const { exec } = job
  return {
    async versions() {
      const [version, buildx] = await Promise.all([
        exec.run('docker', ['version', '--format', '{{json .}}']),
        exec.run('docker', ['buildx', 'version']),
      ])
      if (version.exitCode !== 0) {
        throw new Failure(
          `Docker's engine does not answer: ${lastLine(version.stderr)} Start it, or put the action docker-ready before this step.`,
        )
      }
      const { Client, Server }: VersionAnswer = JSON.parse(version.stdout)
      const client = Client?.Version ?? ''
      return {
        client,
        server: Server?.Version ?? '',
        platform: Server ? `${Server.Os}/${Server.Arch}` : '',
        builder: builderOf(client, buildx.exitCode === 0),
      }
    },

    async build(spec, builder, login) {
      const env = builder === 'buildx' ? login : { ...login, DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0' }
      const { exitCode, stdout, stderr } = await exec.run('docker', buildArguments(spec, builder), { env, echo: true })
      if (exitCode !== 0) throw new Failure(buildFailure(stdout, stderr))
    },

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
