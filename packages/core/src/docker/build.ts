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

/** Where the image goes: into the engine's own store, straight to the registry, or nowhere but the builder's cache. */
export type BuildOutput = 'engine' | 'registry' | 'none'

export interface BuildSpec {
  /** Folder or URL of the build context. */
  readonly context: string
  readonly dockerfile: string
  /** Full reference that the image gets. */
  readonly reference: string
  /** Only buildx has a choice; the others always build into the engine. */
  readonly output: BuildOutput
  /** Name of the builder that buildx takes; without it, its own choice. */
  readonly builder?: string | undefined
  /** Whether the files in the layers of an image that is pushed get the time in SOURCE_DATE_EPOCH, where they are newer. */
  readonly rewriteTimes?: boolean
  /** Further options of the builder's command, each one argument. */
  readonly options?: readonly string[]
  /** Where the builder writes the id of the image, and buildx its metadata; without them, files of the job's own. */
  readonly idFile?: string | undefined
  readonly metadataFile?: string | undefined
}

/** What the builder says of the image that it made. */
export interface BuildResult {
  /** Id of the image, `sha256:…`; empty where the builder names none. */
  readonly imageId: string
  /** What buildx writes with `--metadata-file`, as JSON; empty without buildx. */
  readonly metadata: string
}

/**
 * `store=false` keeps the image that is pushed out of the engine, or out of a containerd that the builder shares; a
 * BuildKit before 0.11, which has no such store, ignores it: https://github.com/moby/buildkit#imageregistry
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

/** Which builder `docker build` uses. */
const switchOf = (builder: Builder): Environment =>
  builder === 'buildx' ? {} : { DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0' }

/** What Docker's clients say of their arguments before they do anything. */
const FLAG_ERROR =
  /^(?:ERROR: )?((?:unknown (?:shorthand )?flag|bad flag syntax|flag needs an argument|invalid argument)\b.*)/m

/**
 * Has the builder's command read `options` and do nothing, as it has no build context to work on.
 *
 * @returns what it says of an option that it does not take; `undefined` where it takes all of them
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

/** GitHub shows no more of one kind for a step. */
const ANNOTATIONS = 10

/** Shows what the checks of the Dockerfile found, each where it is. */
function tellWarnings(stderr: string, file: BuildFile, { runner, env }: Job): void {
  for (const { text, line } of buildWarnings(stderr).slice(0, ANNOTATIONS)) {
    runner.warning(text, sourceLine(file, line, env))
  }
}

/**
 * Runs the build, with its log shown.
 *
 * @throws {PushFailure} where the image was built, and the registry did not take it
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
  // It is built again with the next attempt, which then has the same warnings.
  if (problem !== undefined) throw new PushFailure(reference, problem)
  const file = buildFileOf(context, dockerfile)
  tellWarnings(stderr, file, job)
  if (exitCode !== 0) {
    const { message, line } = buildProblem(stdout, stderr, file)
    throw new Failure(message, { at: sourceLine(file, line, job.env) })
  }
  return { imageId: contentOf(idFile), metadata: builder === 'buildx' ? contentOf(metadataFile) : '' }
}

/** The digest that the registry has now, from what buildx says of a build that it has pushed. */
export function pushedDigest({ metadata }: BuildResult): string | undefined {
  const { 'containerimage.digest': digest } = Object(tryOrUndefined(() => JSON.parse(metadata)))
  return typeof digest === 'string' ? digest : undefined
}
