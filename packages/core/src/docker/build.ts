import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../base/environment.ts'
import { Failure } from '../base/failure.ts'
import { tryOrUndefined } from '../base/try-or-undefined.ts'
import { type BuildFile, buildFileOf, sourceLine } from '../build-log/build-file.ts'
import { buildProblem, pushProblemIn } from '../build-log/build-log.ts'
import { buildWarnings } from '../build-log/build-warnings.ts'
import { cacheAccess } from '../github/cache-access.ts'
import type { Job } from '../step/job.ts'
import { shareBuildNode } from './build-node.ts'
import { PushFailure } from './push-failure.ts'
import type { Builder } from './toolset.ts'

/** Destination of the image: the engine's image store, the registry, or only the builder's cache. */
export type BuildOutput = 'engine' | 'registry' | 'none'

export interface BuildSpec {
  /** Folder or URL of the build context. */
  readonly context: string
  readonly dockerfile: string
  /** Full reference of the image. */
  readonly reference: string
  /** Only buildx supports a choice; other builders always build into the engine. */
  readonly output: BuildOutput
  /** Name of the buildx builder; if absent, buildx selects one. */
  readonly builder?: string | undefined
  /** Whether file times in the layers of a pushed image are limited to SOURCE_DATE_EPOCH. */
  readonly rewriteTimes?: boolean
  /** Further options of the build command, each as one argument. */
  readonly options?: readonly string[]
  /** Where the builder writes the image ID, and buildx its metadata; temporary files of the job if absent. */
  readonly idFile?: string | undefined
  readonly metadataFile?: string | undefined
}

/** What the builder reports about the image. */
export interface BuildResult {
  /** ID of the image, `sha256:…`; empty if the builder reports none. */
  readonly imageId: string
  /** The content of buildx's `--metadata-file`, as JSON; empty without buildx. */
  readonly metadata: string
}

/**
 * `store=false` keeps a pushed image out of the engine, or out of a containerd that the builder shares; BuildKit before
 * 0.11, which has no such store, ignores it: https://github.com/moby/buildkit#imageregistry
 */
const OUTPUTS = { engine: ['--load'], registry: ['--output=type=image,push=true,store=false'], none: [] } as const

/** https://github.com/moby/buildkit/blob/master/docs/build-repro.md#source_date_epoch */
const REWRITING_PUSH = OUTPUTS.registry.map((output) => `${output},rewrite-timestamp=true`)

function command(builder: Builder, { output, builder: name, rewriteTimes }: BuildSpec): string[] {
  if (builder === 'classic') return ['build']
  if (builder === 'buildkit') return ['build', '--progress=plain']
  const named = name === undefined ? [] : [`--builder=${name}`]
  return [
    'buildx',
    'build',
    ...named,
    ...(rewriteTimes && output === 'registry' ? REWRITING_PUSH : OUTPUTS[output]),
    '--progress=plain',
  ]
}

/** Selects the builder of `docker build`. */
const switchOf = (builder: Builder): Environment =>
  builder === 'buildx' ? {} : { DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0' }

/** Argument errors of Docker's clients, which they report before they do anything. */
const FLAG_ERROR =
  /^(?:ERROR: )?((?:unknown (?:shorthand )?flag|bad flag syntax|flag needs an argument|invalid argument)\b.*)/m

/**
 * Makes the build command parse `options` without building, because it has no build context.
 *
 * @returns its error for an option that it does not support; `undefined` if it accepts all
 */
export async function optionProblem(
  options: readonly string[],
  builder: Builder,
  { exec }: Pick<Job, 'exec'>,
): Promise<string | undefined> {
  const command = builder === 'buildx' ? ['buildx', 'build'] : ['build']
  const { stderr } = await exec.run('docker', [...command, ...options], { env: switchOf(builder) })
  return FLAG_ERROR.exec(stderr)?.[1]
}

const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '')

/** GitHub shows at most this many of one kind for a step. */
const ANNOTATIONS = 10

/** Reports the findings of Dockerfile checks, each at its line. */
function tellWarnings(stderr: string, file: BuildFile, { runner, env }: Job): void {
  for (const { text, line } of buildWarnings(stderr).slice(0, ANNOTATIONS)) {
    runner.warning(text, sourceLine(file, line, env))
  }
}

/**
 * Runs the build and shows its log.
 *
 * @throws {PushFailure} if the image was built, but the registry rejected it
 */
export async function runBuild(spec: BuildSpec, builder: Builder, login: Environment, job: Job): Promise<BuildResult> {
  const { context, dockerfile, reference, options = [] } = spec
  const folder = job.temporaryFolder('docker-build')
  const { idFile = join(folder, 'id'), metadataFile = join(folder, 'metadata') } = spec
  const args = [
    ...command(builder, spec),
    ...['--iidfile', idFile],
    ...(builder === 'buildx' ? ['--metadata-file', metadataFile] : []),
    ...['--file', dockerfile, '--tag', reference, ...options, '--', context],
  ]
  const { DOCKER_CONFIG: config } = login
  if (builder === 'buildkit' && config !== undefined) shareBuildNode(config, job.env)
  const access = builder === 'buildx' ? cacheAccess(options, job.env) : {}
  const env = { ...access, ...login, ...switchOf(builder) }
  const { exitCode, stdout, stderr } = await job.exec.run('docker', args, { env, echo: true })
  const problem = exitCode === 0 ? undefined : pushProblemIn(stderr)
  // The next attempt builds again, and then reports the same warnings.
  if (problem !== undefined) throw new PushFailure(reference, problem)
  const file = buildFileOf(context, dockerfile)
  tellWarnings(stderr, file, job)
  if (exitCode !== 0) {
    const { message, line } = buildProblem(stdout, stderr, file)
    throw new Failure(message, { at: sourceLine(file, line, job.env) })
  }
  return { imageId: contentOf(idFile), metadata: builder === 'buildx' ? contentOf(metadataFile) : '' }
}

/** The digest in the registry, from buildx's metadata of a build that it has pushed. */
export function pushedDigest({ metadata }: BuildResult): string | undefined {
  const { 'containerimage.digest': digest } = Object(tryOrUndefined(() => JSON.parse(metadata)))
  return typeof digest === 'string' ? digest : undefined
}
