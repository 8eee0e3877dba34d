import type { BuildOptions } from '../../src/inputs/build-options.ts'

/** A build for which nothing is asked. */
export const BUILD_OPTIONS: BuildOptions = {
  args: [],
  contexts: [],
  secrets: [],
  ssh: [],
  labels: [],
  annotations: [],
  platforms: [],
  provenance: undefined,
  sbom: undefined,
  target: undefined,
  pull: false,
  noCache: false,
  autoLabels: true,
  cache: 'none',
  cacheTo: [],
  compat: 'none',
}
