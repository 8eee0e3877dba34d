import type { InputReader } from '@container-actions/core'
import { type BuildOptions, isPlatform } from './build-options.ts'
import type { OptionName } from './docker-options.ts'
import { type GivenOption, isOn, lastOf, parseOptions } from './given-options.ts'
import { isAttesting, platformsOf } from './option-features.ts'

const NO_IMAGE = "With it Docker builds no image. Run 'docker buildx build --check' or the like in a step of its own."

const DESTINATION =
  "The step decides where the image goes: 'push: false' keeps it from the registry, 'load: true' puts it into the engine as well."

/** Options that would change what the step makes or where it goes, with what to use in their place. */
const REFUSED: Partial<Record<OptionName, string>> = {
  builder: "Name the builder with the input 'builder'.",
  call: NO_IMAGE,
  check: NO_IMAGE,
  file: "Name the Dockerfile with the input 'dockerfile'.",
  help: NO_IMAGE,
  load: DESTINATION,
  output: DESTINATION,
  print: NO_IMAGE,
  push: DESTINATION,
  tag: "Give the image's tags with the input 'tags'; 'load: true' puts it into the engine under them.",
}

const without = ({ name, value }: GivenOption): string | undefined =>
  name === 'disable-content-trust' && value === 'false'
    ? 'Docker Content Trust is off in this step: Amazon ECR has no Notary.'
    : REFUSED[name]

/** Only buildx takes several `--platform`, and then builds for those of the input as well. */
function platformProblem(options: readonly GivenOption[], { platforms }: BuildOptions): string | undefined {
  const given = platformsOf(options)
  if (given.length > 0 && platforms.length > 0) {
    return "has '--platform', and the input 'platforms' is set. Leave one of them out."
  }
  const wrong = given.find((platform) => platform !== 'local' && !isPlatform(platform))
  return (
    wrong && `has '--platform' with ${JSON.stringify(wrong)}, which is not a platform like linux/amd64 or linux/arm/v7.`
  )
}

/** buildx refuses both together. */
const cacheProblem = (options: readonly GivenOption[], { noCache }: BuildOptions): string | undefined =>
  (noCache || isOn(options, 'no-cache')) && lastOf(options, 'no-cache-filter') !== undefined
    ? "has '--no-cache-filter' for a build that uses no cache at all. Leave '--no-cache' or the input 'no_cache' out."
    : undefined

/** AWS Lambda takes one manifest: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html */
function lambdaProblem(options: readonly GivenOption[], { compat }: BuildOptions): string | undefined {
  if (compat !== 'lambda') return undefined
  const counts = ({ name, value }: GivenOption) => name === 'attest' || lastOf(options, name) === value
  const index = options.find((option) => isAttesting(option) && counts(option))?.name
  const name = index ?? (platformsOf(options).length > 1 ? 'platform' : undefined)
  return (
    name && `has '--${name}', which makes an index of images; with 'compat: lambda' there can be none. Leave it out.`
  )
}

const PROBLEMS = [platformProblem, cacheProblem, lambdaProblem]

/** Reads the input `extra_build_args`. `build` is what the inputs of their own say. */
export function readExtraOptions(input: InputReader, build: BuildOptions): readonly GivenOption[] {
  const reject = (problem: string) => input.reject(`Input 'extra_build_args' ${problem}`)
  const { options, problems } = parseOptions(input.words('extra_build_args'))
  const refused = new Set(options.filter((option) => without(option) !== undefined))
  for (const option of refused) reject(`must not have '--${option.name}'. ${without(option)}`)
  for (const problem of [...problems, ...PROBLEMS.map((problemOf) => problemOf(options, build))]) {
    if (problem !== undefined) reject(problem)
  }
  return options.filter((option) => !refused.has(option))
}
