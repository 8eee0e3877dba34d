import type { InputReader } from '../step/inputs.ts'
import { foreignRegistry, ownHosts, parseRegistryHost } from './registry-host.ts'

/**
 * Repository names as Amazon ECR takes them for private registries: 2 to 256 characters, the OCI grammar of names
 * (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
 */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** A repository's name, and the registry whose host stood in front of it, as many write it. */
export interface NamedRepository {
  readonly name: string
  readonly registry: { readonly account: string; readonly region: string; readonly host: string } | undefined
}

function withoutRegistry(given: string, own: readonly string[]): NamedRepository {
  const slash = given.indexOf('/')
  const host = given.slice(0, Math.max(0, slash))
  const registry = parseRegistryHost(host)
  const isNamed = registry !== undefined || own.includes(host)
  return { name: isNamed ? given.slice(slash + 1) : given, registry: registry && { ...registry, host } }
}

/** Which input names a repository. */
export interface RepositoryInput {
  readonly input: string
  /** Takes what Docker reads as another registry's host for a part of the name. */
  readonly allowHost: boolean
}

/** What keeps `name` from being a repository's name, as the rest of a sentence; `undefined` where it is valid. */
export function repositoryNameProblem(name: string): string | undefined {
  if (NAME.test(name)) {
    if (name.length >= 2 && name.length <= 256) return undefined
    return `has ${name.length === 1 ? '1 character' : `${name.length} characters`}; ECR takes 2 to 256`
  }
  if (name === '') return 'is empty'
  const wrong = [...new Set(name.match(/[^a-z0-9._/-]/gu) ?? [])]
  if (wrong.length > 0) return `has ${wrong.map((character) => JSON.stringify(character)).join(', ')}`
  return "has a '.', '_', '-' or '/' at an end, or two of them where one may stand"
}

function checked(input: InputReader, given: string, { input: inputName, allowHost }: RepositoryInput): NamedRepository {
  const named = withoutRegistry(given, ownHosts(input.env))
  const foreign = foreignRegistry(named.name === given ? given : '', allowHost)
  const problem = repositoryNameProblem(named.name)
  if (foreign !== undefined) input.reject(`Input '${inputName}' is ${JSON.stringify(given)}, which ${foreign}.`)
  else if (problem !== undefined) {
    input.reject(
      `Input '${inputName}' is not a name that ECR takes: ${JSON.stringify(named.name)} ${problem}. ECR takes lower-case letters and digits, with . _ - / between them; where a branch is part of the name, use an output of branch-name that fits: ecr_path or ecr_segment.`,
    )
  }
  return named
}

/** Reads an input that names a repository, with or without the registry's host in front. */
export function readRepository(input: InputReader, how: RepositoryInput): NamedRepository {
  const given = input.string(how.input)
  return given === '' ? { name: '', registry: undefined } : checked(input, given, how)
}

/** Reads an input that names at least one repository, each with or without the registry's host in front. */
export function readRepositories(input: InputReader, how: RepositoryInput): NamedRepository[] {
  const { input: inputName } = how
  const text = input.string(inputName)
  if (text === '') return []
  if (/^[\s,]*$/.test(text)) input.reject(`Input '${inputName}' names no repository; it is ${JSON.stringify(text)}.`)
  return input.list(inputName).map((given) => checked(input, given, how))
}

/** The registry that a step works on, as far as its inputs say it. */
export interface GivenRegistry {
  /** `undefined` for the registry of the identity's own account. */
  readonly account: string | undefined
  readonly region: string
  /** The inputs that say it, for the line that tells of a contradiction. */
  readonly inputs: string
}

/** The account of the registry: the one that the inputs name, else the one in front of a repository's name. */
export function readRegistryAccount(
  input: InputReader,
  repositories: readonly NamedRepository[],
  given: GivenRegistry,
): string | undefined {
  let { account } = given
  for (const { name, registry } of repositories) {
    if (registry === undefined) continue
    account ??= registry.account
    if (registry.account !== account || (given.region !== '' && registry.region !== given.region)) {
      input.reject(
        `Input 'repo' has ${JSON.stringify(name)} in registry ${registry.account} of region ${registry.region}, and the step works on registry ${account} in region ${given.region}. Leave the host out, or correct ${given.inputs}.`,
      )
    }
  }
  return account
}
