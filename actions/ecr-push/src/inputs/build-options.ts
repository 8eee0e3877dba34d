import type { InputReader } from '@container-actions/core'
import { COMPATS, type Compat } from '../tags/lambda.ts'
import { readAttestation } from './attestation.ts'
import { readCacheTargets } from './caches.ts'
import { readSecrets, type Secret } from './secrets.ts'

/** Caches that are selected by name only. */
export const CACHES = ['none', 'registry'] as const

/** How to build, independent of the builder. */
export interface BuildOptions {
  /** `NAME=value`, or `NAME` for the value of the runner's variable. */
  readonly args: readonly string[]
  /** Additional contexts, `name=source`. */
  readonly contexts: readonly string[]
  readonly secrets: readonly Secret[]
  /** Agents or keys: `default`, or `id=path`. */
  readonly ssh: readonly string[]
  /** `name=value`. */
  readonly labels: readonly string[]
  /** Whether to add labels that describe where the image comes from. */
  readonly autoLabels: boolean
  /** `name=value`, optionally prefixed with a type and a colon. */
  readonly annotations: readonly string[]
  readonly platforms: readonly string[]
  /** `true`, `false`, or attributes; `undefined` leaves it to the builder. */
  readonly provenance: string | undefined
  readonly sbom: string | undefined
  readonly target: string | undefined
  /** Also checks for newer base images than those in the engine. */
  readonly pull: boolean
  readonly noCache: boolean
  readonly cache: (typeof CACHES)[number]
  /** Additional cache destinations, in buildx syntax: `type=…`. */
  readonly cacheTo: readonly string[]
  readonly compat: Compat
}

type Lines = 'build_args' | 'build_contexts' | 'labels' | 'annotations'

/** A name, followed by `=` and any value. */
const PAIR = /^[^=\s]+=/
const PAIR_OR_NAME = /^[^=\s]+(?:=|$)/

function readPairs(input: InputReader, name: Lines, form = PAIR): string[] {
  const values = input.lines(name)
  const wrong = values.find((value) => !form.test(value))
  if (wrong !== undefined) {
    input.reject(`Input '${name}' has ${JSON.stringify(wrong)}, which is not NAME=value. Use one per line.`)
  }
  return values
}

/** https://github.com/containerd/platforms: an operating system, an architecture and a variant. */
export const isPlatform = (text: string): boolean => /^\w[\w.()-]*(?:\/\w[\w.-]*){0,2}$/.test(text)

function readPlatforms(input: InputReader): string[] {
  const platforms = input.list('platforms')
  const wrong = platforms.find((platform) => !isPlatform(platform))
  if (wrong !== undefined) {
    input.reject(
      `Input 'platforms' has ${JSON.stringify(wrong)}, which is not a platform like linux/amd64 or linux/arm/v7.`,
    )
  }
  return [...new Set(platforms)]
}

/** Lambda accepts a single manifest: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html */
function checkLambda(input: InputReader, { compat, platforms, provenance, sbom }: BuildOptions): void {
  if (compat !== 'lambda') return
  const asks = (value: string | undefined) => (value ?? 'false') !== 'false'
  const index = [
    ...(platforms.length > 1 ? ["more than one in 'platforms'"] : []),
    ...(asks(provenance) ? ["'provenance'"] : []),
    ...(asks(sbom) ? ["'sbom'"] : []),
  ]
  if (index.length > 0) {
    input.reject(
      `Input 'compat' is 'lambda', but AWS Lambda does not accept an image index, which ${index.join(' and ')} would create. Remove one of them.`,
    )
  }
}

export function readBuildOptions(input: InputReader): BuildOptions {
  const options: BuildOptions = {
    args: readPairs(input, 'build_args', PAIR_OR_NAME),
    contexts: readPairs(input, 'build_contexts'),
    secrets: readSecrets(input),
    ssh: input.list('ssh'),
    labels: readPairs(input, 'labels', PAIR_OR_NAME),
    autoLabels: input.boolean('auto_labels'),
    annotations: readPairs(input, 'annotations'),
    platforms: readPlatforms(input),
    provenance: readAttestation(input, 'provenance'),
    sbom: readAttestation(input, 'sbom'),
    target: input.optional('target'),
    pull: input.boolean('pull'),
    noCache: input.boolean('no_cache'),
    cache: input.oneOf('cache', CACHES),
    cacheTo: readCacheTargets(input),
    compat: input.oneOf('compat', COMPATS),
  }
  checkLambda(input, options)
  return options
}
