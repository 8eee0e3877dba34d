import type { Toolset } from '@container-actions/core'
import { featuresOf } from './build-features.ts'
import type { Inputs } from './inputs.ts'
import { type Asked, type Negotiation, negotiate } from './negotiation.ts'

/** What the inputs ask for of a builder. */
function askedOf({ builder, build, push, load }: Inputs, { engine }: Toolset): Asked {
  const own = 'platform' in engine ? engine.platform : ''
  return { builder, push, load, features: featuresOf(build, own) }
}

/**
 * How the image is built with what there is of Docker.
 *
 * @throws {Failure} that says what would be needed
 */
export function negotiationFor(inputs: Inputs, toolset: Toolset): Negotiation {
  const asked = askedOf(inputs, toolset)
  return {
    how: negotiate(asked, toolset),
    without: (problem) => negotiate(asked, toolset, problem),
  }
}
