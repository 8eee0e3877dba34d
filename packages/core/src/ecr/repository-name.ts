import type { InputReader } from '../step/inputs.ts'
import { foreignRegistry, ownHosts, parseRegistryHost } from './registry-host.ts'

/**
 * Repository names that Amazon ECR accepts for private registries: 2 to 256 characters, the OCI grammar of names
 * (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
 */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/** A repository name, and the registry whose host preceded it, as in many existing workflows. */
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

/** The input that contains a repository name. */
export interface RepositoryInput {
  readonly input: string
  /** Treats what Docker reads as another registry's host as part of the name. */
  readonly allowHost: boolean
}

/** The sentence that says why `name` is not a valid repository name; `undefined` if it is valid. */
export function repositoryNameProblem(name: string): string | undefined {
  const shown = JSON.stringify(name)
  if (NAME.test(name)) {
    if (name.length >= 2 && name.length <= 256) return undefined
    return `${shown} has ${name.length === 1 ? '1 character' : `${name.length} characters`}; ECR takes 2 to 256.`
  }
  if (name === '') return `${shown} is empty.`
  const wrong = [...new Set(name.match(/[^a-z0-9._/-]/gu) ?? [])]
  if (wrong.length > 0) return `${shown} has ${wrong.map((character) => JSON.stringify(character)).join(', ')}.`
  return `${shown} has a '.', '_', '-' or '/' at an end, or two of them where one may stand.`
}

function checked(input: InputReader, given: string, { input: inputName, allowHost }: RepositoryInput): NamedRepository {
  const named = withoutRegistry(given, ownHosts(input.env))
  const subject = `Input '${inputName}' is ${JSON.stringify(given)}`
  const foreign = foreignRegistry(subject, named.name === given ? given : '', allowHost)
  const problem = repositoryNameProblem(named.name)
  if (foreign !== undefined) input.reject(foreign)
  else if (problem !== undefined) {
    input.reject(
      `Input '${inputName}' is not a valid ECR repository name: ${problem} Use lowercase letters and digits, with . _ - / between them; if the name contains a branch, use an output of branch-name: ecr_path or ecr_segment.`,
    )
  }
  return named
}

/** Reads an input with a repository name, with or without the registry host in front. */
export function readRepository(input: InputReader, how: RepositoryInput): NamedRepository {
  const given = input.string(how.input)
  return given === '' ? { name: '', registry: undefined } : checked(input, given, how)
}

/** Reads an input with at least one repository name, each with or without the registry host in front. */
export function readRepositories(input: InputReader, how: RepositoryInput): NamedRepository[] {
  const { input: inputName } = how
  const text = input.string(inputName)
  if (text === '') return []
  if (/^[\s,]*$/.test(text)) input.reject(`Input '${inputName}' names no repository; it is ${JSON.stringify(text)}.`)
  return input.list(inputName).map((given) => checked(input, given, how))
}

/** The registry that a step uses, as far as its inputs specify it. */
export interface GivenRegistry {
  /** `undefined` means the registry of the identity's own account. */
  readonly account: string | undefined
  readonly region: string
  /** The inputs that specify it, for the error about a contradiction. */
  readonly inputs: string
}

/** The account of the registry: the one in the inputs, otherwise the one in front of a repository name. */
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
        `Input 'repo' has ${JSON.stringify(name)} in registry ${registry.account} of region ${registry.region}, but the step uses registry ${account} in region ${given.region}. Remove the host, or correct ${given.inputs}.`,
      )
    }
  }
  return account
}
