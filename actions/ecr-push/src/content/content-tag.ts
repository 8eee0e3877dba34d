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

/** A tag that names what an image is built from, and what it is told to be built for. */
const PREFIX = 'in-'

/** An argument without a value has that of the runner's variable. */
const withValue = (arg: string, env: Environment): string => {
  const value = arg.includes('=') ? undefined : env[arg]
  return value === undefined ? arg : `${arg}=${value}`
}

/** What the image depends on. Every option has its place here: `undefined` for one that changes only how it is built. */
const optionsOf = (build: BuildOptions, env: Environment) =>
  ({
    args: build.args.map((arg) => withValue(arg, env)),
    labels: build.labels,
    // Left out of the JSON where it is true, as in tags that were made before there was a choice.
    autoLabels: build.autoLabels ? undefined : false,
    target: build.target,
    compat: build.compat,
    // Part of what it is built for.
    platforms: undefined,
    annotations: build.annotations,
    provenance: build.provenance,
    sbom: build.sbom,
    secrets: build.secrets.map(({ id }) => id),
    ssh: build.ssh,
    // None are let through.
    contexts: undefined,
    cache: undefined,
    cacheTo: undefined,
    pull: undefined,
    noCache: undefined,
  }) satisfies Record<keyof BuildOptions, unknown>

/** The options of `extra_build_args` in one spelling. */
const wordsOf = (options: readonly GivenOption[], env: Environment): string[] =>
  optionWords(options.map(({ name, value }) => ({ name, value: name === 'build-arg' ? withValue(value, env) : value })))

/** What no hash can be made of before the build. */
function refuse({ path, prebuildScript, extraBuildArgs, build }: Inputs): void {
  const because = (why: string) => new Failure(`Input 'skip_if_exists' is 'inputs', and ${why}`)
  if (isRemote(path)) {
    throw because(
      `'path' is ${JSON.stringify(path)}, whose content is not here. Check it out, or set skip_if_exists: tag.`,
    )
  }
  if (prebuildScript !== undefined) {
    throw because("'prebuild_script' may change the content. Run the script in a step of its own before this one.")
  }
  if (build.contexts.length > 0) {
    throw because(
      "'build_contexts' has further contexts, whose content is not looked at. Leave them out, or set skip_if_exists: tag.",
    )
  }
  if (valuesOf(extraBuildArgs, 'build-context').length > 0) {
    throw because("'extra_build_args' has '--build-context', whose content is not looked at. Leave it out.")
  }
}

/** Buildx's word for the platform that it runs on itself. */
const OWN = 'local'

/** What the image is built for: what is asked for, else the builder's own platform. */
const targetOf = (inputs: Inputs, { platform }: ImageMaker, env: Environment): readonly (string | undefined)[] => {
  const asked = requestedPlatforms(inputs, env)
  return asked.includes(OWN) ? [...asked, process.platform, process.arch] : [...asked, platform]
}

/** What the variables of the runner change in what is built: https://docs.docker.com/build/building/variables/ */
function variablesOf({ build }: Inputs, env: Environment): string[] {
  const policy = env['EXPERIMENTAL_BUILDKIT_SOURCE_POLICY']
  return [
    env['BUILDX_NO_DEFAULT_ATTESTATIONS'] ?? '',
    (policy && tryOrUndefined(() => readBytes(policy).toString())) || '',
    (isReproducible(build, env) && env['SOURCE_DATE_EPOCH']) || '',
  ]
}

/** The values of the build arguments, from wherever they are given. */
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
    // The classic builder sets fewer arguments, and knows fewer instructions.
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
 * With `skip_if_exists: inputs`, the inputs with the tag for the content, behind the other tags and before `latest`.
 *
 * @throws {Failure} where the content cannot be known before the build
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
