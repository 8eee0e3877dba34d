import type { Toolset } from '@container-actions/core'
import { featuresOf } from './build-features.ts'
import type { Inputs } from './inputs.ts'
import type { Asked } from './negotiation.ts'

/** What the inputs ask for of a builder. */
export function askedOf({ builder, build, push, load }: Inputs, { engine }: Toolset): Asked {
  const own = 'platform' in engine ? engine.platform : ''
  return { builder, push, load, features: featuresOf(build, own) }
}
