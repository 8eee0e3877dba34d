import type { InputReader } from '@container-actions/core'
import { parseHubImage } from './hub-image.ts'

export interface Inputs {
  readonly host: string | undefined
  readonly context: string | undefined
  /** In milliseconds. */
  readonly timeout: number
  readonly failFast: boolean
  readonly required: boolean
  readonly minApiVersion: string | undefined
  readonly minServerVersion: string | undefined
  readonly requireBuildx: boolean
  readonly registryMirrors: readonly string[]
  readonly verifyMirror: string | undefined
  readonly exportDockerHost: boolean
}

function version(input: InputReader, name: string, example: string): string | undefined {
  const given = input.optional(name)
  if (given !== undefined && !/^\d+(\.\d+)*$/.test(given)) {
    input.reject(`Input '${name}' must be a version like ${example}; it is '${given}'.`)
  }
  return given
}

/** Whether dockerd accepts the URL as a mirror: only scheme, host and port. */
function isMirror(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, pathname, search, hash, username, password } = new URL(url)
  return /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === ''
}

function mirrors(input: InputReader): string[] {
  const given = input.list('registry_mirrors')
  for (const url of given.filter((candidate) => !isMirror(candidate))) {
    input.reject(`Input 'registry_mirrors' must contain URLs like https://mirror.example.com; it contains '${url}'.`)
  }
  return given
}

function hubImage(input: InputReader): string | undefined {
  const given = input.optional('verify_mirror')
  if (given !== undefined && parseHubImage(given) === undefined) {
    input.reject(
      `Input 'verify_mirror' must be an image of Docker Hub like alpine:3.20, as mirrors serve no other registry; it is '${given}'.`,
    )
  }
  return given
}

function timeout(input: InputReader): number {
  if (/^0+(\.0+)?[a-z]*$/.test(input.optional('timeout') ?? '')) {
    input.reject("Input 'timeout' must be more than 0; a daemon that is there needs some milliseconds to answer.")
  }
  return input.duration('timeout')
}

export function readInputs(input: InputReader): Inputs {
  const host = input.optional('host')
  const context = input.optional('context')
  if (host !== undefined && context !== undefined) {
    input.reject(`Only one of the inputs 'host' and 'context' can be set; they are '${host}' and '${context}'.`)
  }
  return {
    host,
    context,
    timeout: timeout(input),
    failFast: input.boolean('fail_fast'),
    required: input.boolean('required'),
    minApiVersion: version(input, 'min_api_version', '1.44'),
    minServerVersion: version(input, 'min_server_version', '24.0'),
    requireBuildx: input.boolean('require_buildx'),
    registryMirrors: mirrors(input),
    verifyMirror: hubImage(input),
    exportDockerHost: input.boolean('export_docker_host'),
  }
}
