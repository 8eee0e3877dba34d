import type { InputReader } from './inputs.ts'

/**
 * Repository names as Amazon ECR takes them for private registries: 2 to 256 characters, the OCI grammar of names
 * (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
 */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

/**
 * AWS's own grammar of private registry hosts, as its credential helper reads it
 * (https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go).
 */
const HOST =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-zA-Z0-9][a-zA-Z0-9-_]*)\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/

/** Account and region in the host of a private ECR registry; `undefined` for every other host. */
export function parseRegistryHost(host: string): { account: string; region: string } | undefined {
  const [, account, region] = HOST.exec(host) ?? []
  return account === undefined || region === undefined ? undefined : { account, region }
}

/** A repository's name, and the registry whose host stood in front of it, as many write it. */
export interface NamedRepository {
  readonly name: string
  readonly registry: { readonly account: string; readonly region: string } | undefined
}

function withoutRegistry(given: string): NamedRepository {
  const slash = given.indexOf('/')
  const registry = slash > 0 ? parseRegistryHost(given.slice(0, slash)) : undefined
  return { name: registry === undefined ? given : given.slice(slash + 1), registry }
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

function checked(input: InputReader, inputName: string, given: string): NamedRepository {
  const named = withoutRegistry(given)
  const problem = repositoryNameProblem(named.name)
  if (problem !== undefined) {
    input.reject(
      `Input '${inputName}' is not a name that ECR takes: ${JSON.stringify(named.name)} ${problem}. ECR takes lower-case letters and digits, with . _ - / between them; where a branch is part of the name, use an output of branch-name that fits: ecr_path or ecr_segment.`,
    )
  }
  return named
}

/** Reads an input that names a repository, with or without the registry's host in front. */
export function readRepositoryName(input: InputReader, inputName: string): string {
  const given = input.string(inputName)
  return given === '' ? '' : checked(input, inputName, given).name
}

/** Reads an input that names at least one repository, each with or without the registry's host in front. */
export function readRepositories(input: InputReader, inputName: string): NamedRepository[] {
  if (input.string(inputName) === '') return []
  return input.list(inputName).map((given) => checked(input, inputName, given))
}
