import type { Builder } from '@container-actions/core'
import { withBuilderId } from '../inputs/attestation.ts'
import type { BuildOptions } from '../inputs/build-options.ts'

/** Only buildx adds attestations, which make an index of the image, so that the others do what `false` says by themselves. */
function attestationArguments({ compat, provenance, sbom }: BuildOptions, run: string | undefined): string[] {
  if (compat === 'lambda') return ['--provenance=false', '--sbom=false']
  return [
    ...(provenance === undefined ? [] : [`--provenance=${withBuilderId(provenance, run)}`]),
    ...(sbom === undefined ? [] : [`--sbom=${sbom}`]),
  ]
}

/**
 * The options as arguments, without secrets and caches, which take more than words.
 *
 * @param run URL of the run, which stands in the provenance
 */
export function buildArguments(options: BuildOptions, builder: Builder, run: string | undefined): string[] {
  const { args, contexts, ssh, labels, annotations, platforms, target, pull, noCache } = options
  return [
    ...args.map((arg) => `--build-arg=${arg}`),
    ...contexts.map((context) => `--build-context=${context}`),
    ...ssh.map((agent) => `--ssh=${agent}`),
    ...labels.map((label) => `--label=${label}`),
    ...annotations.map((annotation) => `--annotation=${annotation}`),
    // The classic builder only builds for the engine's own platform, and needs not be told.
    ...(platforms.length > 0 && builder !== 'classic' ? [`--platform=${platforms.join(',')}`] : []),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(pull ? ['--pull'] : []),
    ...(noCache ? ['--no-cache'] : []),
    ...(builder === 'buildx' ? attestationArguments(options, run) : []),
  ]
}
