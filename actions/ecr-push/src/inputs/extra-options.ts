import type { InputReader } from '@container-actions/core'
import { type BuildOptions, isPlatform } from './build-options.ts'
import type { OptionName } from './docker-options.ts'
import { type GivenOption, isOn, lastOf, parseOptions } from './given-options.ts'
import { isAttesting, platformsOf } from './option-features.ts'

const NO_IMAGE = "With it Docker builds no image. Run 'docker buildx build --check' or similar in a separate step."

const DESTINATION =
  "The step decides where the image goes: 'push: false' does not push it, 'load: true' also keeps it in the engine."

/** Options that would change what the step builds or where it goes, with the input to use instead. */
const REFUSED: Partial<Record<OptionName, string>> = {
  builder: "Use the input 'builder'.",
  call: NO_IMAGE,
  check: NO_IMAGE,
  file: "Use the input 'dockerfile'.",
  help: NO_IMAGE,
  load: DESTINATION,
  output: DESTINATION,
  print: NO_IMAGE,
  push: DESTINATION,
  tag: "Use the input 'tags'; 'load: true' keeps the image in the engine under them.",
}

const without = ({ name, value }: GivenOption): string | undefined =>
  name === 'disable-content-trust' && value === 'false'
    ? 'Docker Content Trust is off in this step: Amazon ECR has no Notary.'
    : REFUSED[name]

/** Only buildx supports several `--platform` options, and it then also builds for those in the input. */
function platformProblem(options: readonly GivenOption[], { platforms }: BuildOptions): string | undefined {
  const given = platformsOf(options)
  if (given.length > 0 && platforms.length > 0) {
    return "Input 'extra_build_args' has '--platform', but the input 'platforms' is also set. Remove one of them."
  }
  const wrong = given.find((platform) => platform !== 'local' && !isPlatform(platform))
  return (
    wrong &&
    `Input 'extra_build_args' has '--platform' with ${JSON.stringify(wrong)}, which is not a platform like linux/amd64 or linux/arm/v7.`
  )
}

/** buildx rejects the combination. */
const cacheProblem = (options: readonly GivenOption[], { noCache }: BuildOptions): string | undefined =>
  (noCache || isOn(options, 'no-cache')) && lastOf(options, 'no-cache-filter') !== undefined
    ? "Input 'extra_build_args' has '--no-cache-filter' for a build that uses no cache at all. Remove '--no-cache' or the input 'no_cache'."
    : undefined

/** AWS Lambda accepts a single manifest: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html */
function lambdaProblem(options: readonly GivenOption[], { compat }: BuildOptions): string | undefined {
  if (compat !== 'lambda') return undefined
  const counts = ({ name, value }: GivenOption) => name === 'attest' || lastOf(options, name) === value
  const index = options.find((option) => isAttesting(option) && counts(option))?.name
  const name = index ?? (platformsOf(options).length > 1 ? 'platform' : undefined)
  return (
    name &&
    `Input 'extra_build_args' has '--${name}', which creates an image index, but 'compat: lambda' does not allow one. Remove it.`
  )
}

const PROBLEMS = [platformProblem, cacheProblem, lambdaProblem]

/** Reads the input `extra_build_args`. `build` contains the values of the dedicated inputs. */
export function readExtraOptions(input: InputReader, build: BuildOptions): readonly GivenOption[] {
  const { options, problems } = parseOptions(input.words('extra_build_args'))
  const refused = new Set(options.filter((option) => without(option) !== undefined))
  for (const option of refused) {
    input.reject(`Input 'extra_build_args' must not have '--${option.name}'. ${without(option)}`)
  }
  for (const problem of [...problems, ...PROBLEMS.map((problemOf) => problemOf(options, build))]) {
    if (problem !== undefined) input.reject(problem)
  }
  return options.filter((option) => !refused.has(option))
}
