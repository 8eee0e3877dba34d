import {
  type AwsSettings,
  type InputReader,
  isUsualHost,
  LOGIN_KINDS,
  type LoginKind,
  type NamedRepository,
  PUBLIC_REGION,
  readAwsSettings,
  readRegistryAccount,
  readRepository,
  tagProblem,
} from '@container-actions/core'
import { OWN, parseRegistry, type Registry } from './registry.ts'

export interface Inputs {
  readonly aws: AwsSettings
  /** At least one, without duplicates. */
  readonly registries: readonly Registry[]
  readonly dockerConfig: LoginKind
  readonly logout: boolean
  readonly outputCredentials: boolean
  /** The part of an image reference after the registry host and `/`; `undefined` if no image is requested. */
  readonly image: string | undefined
}

function readRegistries(input: InputReader): Registry[] {
  const given = input.list('registries')
  const registries = given.flatMap((text) => {
    const registry = parseRegistry(text)
    if (registry !== undefined) return [registry]
    input.reject(
      `Input 'registries' has ${JSON.stringify(text)}, which is not a registry. Use account IDs like 123456789012, hosts like 123456789012.dkr.ecr.eu-central-1.amazonaws.com, or 'public'.`,
    )
    return []
  })
  const each = new Map(registries.map((registry) => [JSON.stringify(registry), registry]))
  return given.length === 0 ? [OWN] : [...each.values()]
}

/** The region implied by the registries, or by the host of the repository, if the step names none. */
function impliedRegion(registries: readonly Registry[], repository: NamedRepository | undefined): string | undefined {
  const regions = registries.map((registry) => (registry.kind === 'public' ? PUBLIC_REGION : registry.region))
  return regions.includes(undefined) ? repository?.registry?.region : regions[0]
}

interface Image {
  readonly repository: NamedRepository
  readonly reference: string
}

function readImage(input: InputReader): Image | undefined {
  const allowHost = input.boolean('allow_host_prefix')
  const [repo, tag, digest] = (['repo', 'tag', 'digest'] as const).map((name) => input.optional(name))
  if (repo === undefined && tag === undefined && digest === undefined) return undefined
  if (repo === undefined) {
    input.reject(`Input '${tag === undefined ? 'digest' : 'tag'}' requires the name of the repository in 'repo'.`)
    return undefined
  }
  const repository = readRepository(input, { input: 'repo', allowHost })
  const { name } = repository
  if (tag !== undefined && digest !== undefined) {
    input.reject("Inputs 'tag' and 'digest' cannot both be set. Remove one of them.")
  }
  if (digest !== undefined) {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
      input.reject(`Input 'digest' must be sha256: and 64 hexadecimal digits; it is ${JSON.stringify(digest)}.`)
    }
    return { repository, reference: `${name}@${digest}` }
  }
  if (tag === undefined) {
    input.reject("Input 'repo' needs 'tag' or 'digest' beside it.")
    return undefined
  }
  const problem = tagProblem(tag)
  if (problem !== undefined) input.reject(`Input 'tag' is ${JSON.stringify(tag)}, which is not a tag: ${problem}.`)
  return { repository, reference: `${name}:${tag}` }
}

/** A FIPS or dual-stack host, which AWS's API does not return, for use in image references. */
const otherWay = (host: string): string | undefined => (isUsualHost(host) ? undefined : host)

/** The registries; the first one is that of `repo`: a host in front of it selects the account if nothing else does. */
function registriesOf(
  input: InputReader,
  [first = OWN, ...others]: readonly Registry[],
  repository: NamedRepository | undefined,
  aws: AwsSettings,
): Registry[] {
  if (first.kind === 'public' || repository?.registry === undefined) return [first, ...others]
  const account = readRegistryAccount(input, [repository], {
    ...{ account: first.account ?? aws.accountId, region: first.region ?? aws.region },
    inputs: "'registries' and 'region'",
  })
  return [{ ...first, account, host: first.host ?? otherWay(repository.registry.host) }, ...others]
}

export function readInputs(input: InputReader): Inputs {
  const registries = readRegistries(input)
  const image = readImage(input)
  const aws = readAwsSettings(input, { region: impliedRegion(registries, image?.repository) })
  return {
    aws,
    registries: registriesOf(input, registries, image?.repository, aws),
    dockerConfig: input.oneOf('docker_config', LOGIN_KINDS),
    logout: input.boolean('logout'),
    outputCredentials: input.boolean('output_credentials'),
    image: image?.reference,
  }
}
