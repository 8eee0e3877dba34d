import { createHash } from 'node:crypto'
import { type Environment, Failure, type Job, readBytes, tryOrUndefined } from '@container-actions/core'
import { dialectOf, findMaker, requestedPlatforms } from '../builder/image-maker.ts'
import { contextHash } from '../context/build-context.ts'
import { checkRemoteSources } from '../context/remote-sources.ts'
import { checkBuildFiles, isRemote } from '../inputs/build-files.ts'
import type { BuildOptions } from '../inputs/build-options.ts'
import { type GivenOption, optionWords, valuesOf } from '../inputs/given-options.ts'
import type { ImageMaker } from '../inputs/tags.ts'
import type { Inputs } from '../inputs.ts'
import type { Ports } from '../ports.ts'
import { LATEST } from '../tags/plan.ts'
import { checkNamedFiles } from './readable-files.ts'
import { isReproducible } from './reproducible.ts'

/** Prefix of a tag that identifies the build inputs of an image and its target platform. */
const PREFIX = 'in-'

/** An argument without a value takes it from the runner's variable. */
const withValue = (arg: string, env: Environment): string => {
  const value = arg.includes('=') ? undefined : env[arg]
  return value === undefined ? arg : `${arg}=${value}`
}

/** The options that affect the image. Every option is listed: `undefined` for one that only changes how it is built. */
const optionsOf = (build: BuildOptions, env: Environment) =>
  ({
    args: build.args.map((arg) => withValue(arg, env)),
    labels: build.labels,
    // Omitted from the JSON if true, for compatibility with older tags.
    autoLabels: build.autoLabels ? undefined : false,
    target: build.target,
    compat: build.compat,
    // Included in the target platform.
    platforms: undefined,
    annotations: build.annotations,
    provenance: build.provenance,
    sbom: build.sbom,
    secrets: build.secrets.map(({ id }) => id),
    ssh: build.ssh,
    // Rejected elsewhere.
    contexts: undefined,
    cache: undefined,
    cacheTo: undefined,
    pull: undefined,
    noCache: undefined,
  }) satisfies Record<keyof BuildOptions, unknown>

/** The options of `extra_build_args` in normalized form. */
const wordsOf = (options: readonly GivenOption[], env: Environment): string[] =>
  optionWords(options.map(({ name, value }) => ({ name, value: name === 'build-arg' ? withValue(value, env) : value })))

/** Rejects inputs that cannot be hashed before the build. */
function refuse({ path, prebuildScript, extraBuildArgs, build }: Inputs): void {
  const because = (why: string) => new Failure(`Input 'skip_if_exists' is 'inputs', and ${why}`)
  if (isRemote(path)) {
    throw because(
      `'path' is ${JSON.stringify(path)}, whose content is not available here. Check it out, or set skip_if_exists: tag.`,
    )
  }
  if (prebuildScript !== undefined) {
    throw because("'prebuild_script' may change the content. Run the script in a separate step before this one.")
  }
  if (build.contexts.length > 0) {
    throw because(
      "'build_contexts' has further contexts, whose content is not compared. Remove them, or set skip_if_exists: tag.",
    )
  }
  if (valuesOf(extraBuildArgs, 'build-context').length > 0) {
    throw because("'extra_build_args' has '--build-context', whose content is not compared. Remove it.")
  }
}

/** Buildx's name for the platform that it runs on. */
const OWN = 'local'

/** The target platform: the requested one, otherwise the builder's own. */
const targetOf = (inputs: Inputs, { platform }: ImageMaker, env: Environment): readonly (string | undefined)[] => {
  const asked = requestedPlatforms(inputs, env)
  return asked.includes(OWN) ? [...asked, process.platform, process.arch] : [...asked, platform]
}

/** Effects of the runner's variables on the result: https://docs.docker.com/build/building/variables/ */
function variablesOf({ build }: Inputs, env: Environment): string[] {
  const policy = env['EXPERIMENTAL_BUILDKIT_SOURCE_POLICY']
  return [
    env['BUILDX_NO_DEFAULT_ATTESTATIONS'] ?? '',
    (policy && tryOrUndefined(() => readBytes(policy).toString())) || '',
    (isReproducible(build, env) && env['SOURCE_DATE_EPOCH']) || '',
  ]
}

/** The values of the build arguments, from all sources. */
const argumentsOf = ({ build, extraBuildArgs }: Inputs, env: Environment): string[] =>
  [...build.args, ...valuesOf(extraBuildArgs, 'build-arg')].map((arg) => withValue(arg, env))

interface Content {
  readonly tag: string
  readonly maker: ImageMaker
}

async function contentOf(inputs: Inputs, ports: Ports, job: Job): Promise<Content> {
  const { env, signal } = job
  const { path, dockerfile } = inputs
  const text = readBytes(dockerfile).toString()
  checkRemoteSources(dockerfile, text, argumentsOf(inputs, env))
  const { by, platform } = await findMaker(inputs, ports, job)
  const files = await contextHash({ context: path, dockerfile, dialect: dialectOf(by) }, signal)
  const maker = { by, platform: await platform }
  const parts = [
    // The classic builder sets fewer arguments, and supports fewer instructions.
    by === 'classic',
    targetOf(inputs, maker, env),
    optionsOf(inputs.build, env),
    wordsOf(inputs.extraBuildArgs, env),
    variablesOf(inputs, env),
    text,
    files,
  ]
  return { tag: `${PREFIX}${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`, maker }
}

/**
 * With `skip_if_exists: inputs`, adds the content tag to the inputs, after the other tags and before `latest`.
 *
 * @throws {Failure} if the content cannot be determined before the build
 */
export async function withContentTag(inputs: Inputs, ports: Ports, job: Job): Promise<Inputs> {
  if (inputs.skipIfExists !== 'inputs') return inputs
  refuse(inputs)
  checkNamedFiles(inputs)
  checkBuildFiles(inputs)
  const { tag, maker } = await contentOf(inputs, ports, job)
  const others = [...inputs.tags.filter((each) => each !== LATEST), tag]
  const [first = tag, ...rest] = inputs.tags.includes(LATEST) ? [...others, LATEST] : others
  return { ...inputs, contentTag: tag, contentMaker: maker, tags: [first, ...rest] }
}
