import { readFileSync, statSync } from 'node:fs'
import { Failure, tryOrUndefined } from '@container-actions/core'
import { directivesOf, dockerfileLines, type Instruction, instructionsOf } from '../context/dockerfile.ts'
import { isRemote } from '../inputs/build-files.ts'
import { lastOf, valuesOf } from '../inputs/given-options.ts'
import type { Inputs } from '../inputs.ts'

/** Instructions that change only the image's configuration: https://docs.docker.com/reference/dockerfile/ */
const WITHOUT_LAYER: ReadonlySet<string> = new Set([
  ...['ARG', 'CMD', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'SHELL'],
  ...['STOPSIGNAL', 'USER', 'VOLUME'],
])

interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly instructions: Instruction[]
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const stages: Stage[] = []
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const [base = '', as, name] = instruction.text.split(/\s+/).filter((word) => !word.startsWith('--'))
      stages.push({
        base: base.toLowerCase(),
        name: /^as$/i.test(as ?? '') ? name?.toLowerCase() : undefined,
        instructions: [],
      })
    } else stages.at(-1)?.instructions.push(instruction)
  }
  return stages
}

function indexOf(stages: readonly Stage[], target: string | undefined): number {
  if (target === undefined) return stages.length - 1
  const named = stages.findIndex(({ name }) => name === target.toLowerCase())
  return named < 0 && /^\d+$/.test(target) ? Number(target) : named
}

/**
 * Whether the image of a Dockerfile certainly has no layers: it is FROM scratch, directly or through other stages, and
 * nothing adds to the file system. If in doubt, it counts as having layers.
 */
export function isLayerless(text: string, target: string | undefined): boolean {
  const lines = dockerfileLines(text)
  const syntax = directivesOf(lines).get('syntax') ?? 'docker/dockerfile'
  if (!/^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(syntax)) return false
  const stages = stagesOf(instructionsOf(lines))
  for (let at = indexOf(stages, target); ; ) {
    const stage = stages[at]
    if (!stage?.instructions.every(({ keyword }) => WITHOUT_LAYER.has(keyword))) return false
    if (stage.base === 'scratch') return true
    at = stages.slice(0, at).findLastIndex(({ name }) => name === stage.base)
  }
}

/** What to change if an image has no layers. */
export const LAYER_CURE = "Add a layer to it, for example with 'WORKDIR /app'."

/** Fails if the build would create an image without layers, which ECR does not store. */
export function checkLayers({
  path,
  dockerfile,
  build,
  extraBuildArgs,
}: Pick<Inputs, 'path' | 'dockerfile' | 'build' | 'extraBuildArgs'>): void {
  const contexts = [...build.contexts, ...valuesOf(extraBuildArgs, 'build-context')]
  if (isRemote(path) || contexts.length > 0) return
  const text = tryOrUndefined(() => (statSync(dockerfile).isFile() ? readFileSync(dockerfile, 'utf8') : undefined))
  if (text === undefined || !isLayerless(text, lastOf(extraBuildArgs, 'target') ?? build.target)) return
  throw new Failure(
    `Input 'dockerfile' is ${JSON.stringify(dockerfile)}, whose image has no layers: it is FROM scratch without ADD, COPY, RUN and WORKDIR. ECR does not store such an image. ${LAYER_CURE}`,
  )
}
