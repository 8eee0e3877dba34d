import { createHash } from 'node:crypto'
import { type Environment, Failure } from '@container-actions/core'
import { contextHash } from './build-context.ts'
import { checkBuildFiles, isRemote } from './build-files.ts'
import type { BuildOptions } from './build-options.ts'
import { type GivenOption, optionWords } from './given-options.ts'
import type { Inputs } from './inputs.ts'
import { LATEST } from './tag-plan.ts'

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
    target: build.target,
    compat: build.compat,
    platforms: build.platforms,
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
  const option = extraBuildArgs.find(({ name }) => name === 'build-context')
  if (option !== undefined) {
    throw because(`'extra_build_args' has '--${option.name}', whose content is not looked at. Leave it out.`)
  }
}

/** The tag of an image by its content. Without `platforms`, an image is for the machine that it is built on. */
async function contentTag(inputs: Inputs, env: Environment): Promise<string> {
  const parts = [
    process.arch,
    optionsOf(inputs.build, env),
    wordsOf(inputs.extraBuildArgs, env),
    await contextHash(inputs.path, inputs.dockerfile),
  ]
  return `${PREFIX}${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

/** With `skip_if_exists: inputs`, the inputs with the tag for the content, behind the other tags and before `latest`. */
export async function withContentTag(inputs: Inputs, env: Environment): Promise<Inputs> {
  if (inputs.skipIfExists !== 'inputs') return inputs
  refuse(inputs)
  checkBuildFiles(inputs)
  const tag = await contentTag(inputs, env)
  const others = [...inputs.tags.filter((each) => each !== LATEST), tag]
  const [first = tag, ...rest] = inputs.tags.includes(LATEST) ? [...others, LATEST] : others
  return { ...inputs, contentTag: tag, tags: [first, ...rest] }
}
