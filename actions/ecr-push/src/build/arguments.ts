import type { Builder } from '@container-actions/core'
import { withBuilderId } from '../inputs/attestation.ts'
import type { BuildOptions } from '../inputs/build-options.ts'

/**
 * Only buildx adds attestations, which turn the image into an index, so for all other builders `false` is the default
 * anyway.
 */
function attestationArguments({ compat, provenance, sbom }: BuildOptions, run: string | undefined): string[] {
  if (compat === 'lambda') return ['--provenance=false', '--sbom=false']
  return [
    ...(provenance === undefined ? [] : [`--provenance=${withBuilderId(provenance, run)}`]),
    ...(sbom === undefined ? [] : [`--sbom=${sbom}`]),
  ]
}

/**
 * Converts the options to arguments, without secrets and caches, which need more than arguments.
 *
 * @param run URL of the run, which is recorded in the provenance
 */
export function buildArguments(options: BuildOptions, builder: Builder, run: string | undefined): string[] {
  const { args, contexts, ssh, labels, annotations, platforms, target, pull, noCache } = options
  return [
    ...args.map((arg) => `--build-arg=${arg}`),
    ...contexts.map((context) => `--build-context=${context}`),
    ...ssh.map((agent) => `--ssh=${agent}`),
    ...labels.map((label) => `--label=${label}`),
    ...annotations.map((annotation) => `--annotation=${annotation}`),
    // The classic builder builds only for the engine's own platform, so the option is not needed.
    ...(platforms.length > 0 && builder !== 'classic' ? [`--platform=${platforms.join(',')}`] : []),
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...(pull ? ['--pull'] : []),
    ...(noCache ? ['--no-cache'] : []),
    ...(builder === 'buildx' ? attestationArguments(options, run) : []),
  ]
}
