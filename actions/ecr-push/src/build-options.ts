import type { Builder, InputReader } from '@container-actions/core'
import { parseLines } from './lines.ts'

/** What the image has to be good for beyond a registry. */
export const COMPATS = ['none', 'lambda'] as const

/** How to build, in words that every builder knows. */
export interface BuildOptions {
  /** `NAME=value`, or `NAME` for the value of the runner's variable. */
  readonly args: readonly string[]
  /** `name=value`. */
  readonly labels: readonly string[]
  readonly target: string | undefined
  /** Also looks for newer base images than the engine has. */
  readonly pull: boolean
  readonly noCache: boolean
  readonly compat: (typeof COMPATS)[number]
}

function readPairs(input: InputReader, name: 'build_args' | 'labels'): string[] {
  const values = parseLines(input.optional(name) ?? '')
  if (typeof values === 'string') {
    input.reject(`Input '${name}' ${values}.`)
    return []
  }
  const wrong = values.find((value) => !/^[^=\s]+(?:=|$)/.test(value))
  if (wrong !== undefined) {
    input.reject(`Input '${name}' has ${JSON.stringify(wrong)}, which is not NAME=value. Give one per line.`)
  }
  return values
}

export const readBuildOptions = (input: InputReader): BuildOptions => ({
  args: readPairs(input, 'build_args'),
  labels: readPairs(input, 'labels'),
  target: input.optional('target'),
  pull: input.boolean('pull'),
  noCache: input.boolean('no_cache'),
  compat: input.oneOf('compat', COMPATS),
})

/**
 * The options as arguments. Only buildx adds attestations, which make an index of the image; AWS Lambda takes none:
 * https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 */
export function buildArguments(options: BuildOptions, builder: Builder): string[] {
  const { args, labels, target, pull, noCache, compat } = options
  return [
    ...args.map((arg) => `--build-arg=${arg}`),
    ...labels.map((label) => `--label=${label}`),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(pull ? ['--pull'] : []),
    ...(noCache ? ['--no-cache'] : []),
    ...(compat === 'lambda' && builder === 'buildx' ? ['--provenance=false', '--sbom=false'] : []),
  ]
}
