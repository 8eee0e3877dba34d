import type { Environment } from '@container-actions/core'
import type { BuildOptions } from '../inputs/build-options.ts'
import { sourceDate } from '../tags/image-labels.ts'

/**
 * Whether two builds of the same sources must have the same digest: SOURCE_DATE_EPOCH is set, and no label identifies
 * the run.
 */
export const isReproducible = ({ autoLabels }: BuildOptions, env: Environment): boolean =>
  !autoLabels && sourceDate(env) !== undefined

/** For a build in the engine: https://github.com/moby/buildkit/blob/master/docs/build-repro.md#source_date_epoch */
export const NOT_REPRODUCIBLE =
  "The builder in Docker's engine does not apply SOURCE_DATE_EPOCH to the times of files, so the digest can differ from run to run. Set 'builder' to one with the driver docker-container, kubernetes or remote."
