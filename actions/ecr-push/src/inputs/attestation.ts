import { type InputReader, parseBoolean } from '@container-actions/core'

/**
 * Reads whether the build attests something, or with which attributes (`mode=max`), in the format of Docker's option.
 *
 * @returns `undefined` if it is left to the builder
 */
export function readAttestation(input: InputReader, name: 'provenance' | 'sbom'): string | undefined {
  const given = input.optional(name)
  if (given === undefined) return undefined
  const wanted = parseBoolean(given)
  if (wanted !== undefined) return String(wanted)
  if (!/^[a-z][a-z-]*=[^\r\n]+$/.test(given)) {
    const example = name === 'sbom' ? 'generator=docker/buildkit-syft-scanner' : 'mode=max'
    input.reject(
      `Input '${name}' must be true, false or attributes like ${example}; it is ${JSON.stringify(given)}. Attributes are separated by commas.`,
    )
  }
  return given
}

/**
 * Records the run as the builder in a provenance that has no other: https://slsa.dev/spec/v1.1/provenance#builder.id
 */
export function withBuilderId(provenance: string, run: string | undefined): string {
  if (provenance === 'false' || run === undefined || /(?:^|,)\s*builder-id=/.test(provenance)) return provenance
  const id = `builder-id=${run}`
  return provenance === 'true' ? id : `${provenance},${id}`
}
