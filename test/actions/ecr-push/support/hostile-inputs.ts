// biome-ignore-all lint/suspicious/noTemplateCurlyInString: values that a shell would expand

import { HOSTILE_NAMES } from '../../../support/hostile-names.ts'

/** What a step did with the values of its inputs. */
export interface Seen {
  /** Arguments of the build. */
  readonly build: readonly string[]
  /** Arguments of every call of docker. */
  readonly docker: readonly (readonly string[])[]
  /** Arguments of the script that ran before the build. */
  readonly script: readonly string[]
  /** What the build got as a secret. */
  readonly secret: string
  readonly tags: readonly string[]
  readonly policy: string
  readonly log: string
}

/** An input that takes a value as it is. */
export interface FreeInput {
  /** The value as it stands under `with:`. */
  readonly given: (value: string) => string
  /** How often the value came to its place unchanged, which has to be once. */
  readonly arrivals: (value: string, seen: Seen) => number
  /** It has a form, so that some values are refused. */
  readonly hasForm?: boolean
}

const csv = (text: string) => `"${text.replaceAll('"', '""')}"`
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** What Docker reads as the fields of an argument: RFC 4180. */
const fields = (argument: string): string[] =>
  [...argument.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, inQuotes, plain = '']) => inQuotes?.replaceAll('""', '"') ?? plain,
  )

const count = (values: readonly string[], value: string) => values.filter((each) => each === value).length

/** @param of what the input is given of the value */
const pair = (option: string, of = (value: string) => value): FreeInput => ({
  given: (value) => csv(`a=${of(value)}`),
  arrivals: (value, { build }) => count(build, `${option}=a=${of(value)}`),
})

const option = (name: string, start = ''): FreeInput => ({
  given: (value) => `${start}${value}`,
  arrivals: (value, { build }) => count(build, `${name}=${start}${value}`),
  hasForm: true,
})

const cache = (name: string): FreeInput => ({
  ...option(name, 'type=gha,scope='),
  given: (value) => csv(`type=gha,scope=${value}`),
})

const secretWith = (build: readonly string[], ...wanted: readonly string[]) =>
  build.filter((argument) => {
    const [, list] = /^--secret=(.*)$/s.exec(argument) ?? []
    return list !== undefined && JSON.stringify(fields(list)) === JSON.stringify(wanted)
  }).length

/** Name of the folder that `path` is given, beside the file of the value's own name. */
export const folderOf = (value: string): string => `${value}.d`

/** Name of the file that `ssh` is given, which has its commas between two of them. */
export const keyOf = (value: string): string => `${value.replaceAll(',', '')}.key`

/** By their names in action.yml. The values are names of files in the workspace too. */
export const FREE: Readonly<Record<string, FreeInput>> = {
  annotations: pair('--annotation'),
  build_args: pair('--build-arg'),
  build_contexts: pair('--build-context', folderOf),
  labels: pair('--label'),
  ssh: pair('--ssh', keyOf),
  target: { ...option('--target'), hasForm: false },
  dockerfile: {
    given: (value) => value,
    arrivals: (value, { build }) => (build[build.indexOf('--file') + 1] === value ? 1 : 0),
    hasForm: true,
  },
  path: {
    given: folderOf,
    arrivals: (value, { build }) => (build.indexOf('--') === build.length - 2 ? count(build, folderOf(value)) : 0),
  },
  extra_build_args: {
    given: (value) => `--label ${quoted(`b=${value}`)}`,
    arrivals: (value, { build }) => count(build, `--label=b=${value}`),
  },
  prebuild_script: {
    given: (value) => `./record.sh ${quoted(value)}`,
    arrivals: (value, { script }) => (script.length === 1 ? count(script, value) : 0),
  },
  secrets: {
    given: (value) => csv(`value=${value}`),
    arrivals: (value, { secret }) => (secret === value ? 1 : 0),
  },
  secret_files: {
    given: (value) => csv(`file=${value}`),
    arrivals: (value, { build }) => secretWith(build, 'id=file', `src=${value}`),
  },
  secret_envs: {
    given: (value) => csv(`${value}=IN_ENV`),
    arrivals: (value, { build }) => secretWith(build, `id=${value}`, 'env=IN_ENV'),
    hasForm: true,
  },
  repo_policy_file: {
    given: (value) => value,
    arrivals: (value, { policy }) => (policy.includes(JSON.stringify(value)) ? 1 : 0),
  },
  builder: option('--builder'),
  platforms: { ...option('--platform'), given: csv },
  provenance: {
    given: (value) => `mode=${value}`,
    arrivals: (value, { build }) =>
      build.filter((argument) => argument.startsWith(`--provenance=mode=${value},builder-id=https://`)).length,
    hasForm: true,
  },
  sbom: option('--sbom', 'generator='),
  cache_from: cache('--cache-from'),
  cache_to: cache('--cache-to'),
  tags: {
    given: (value) => `1\n${csv(value)}`,
    arrivals: (value, { tags }) => count(tags, value),
    hasForm: true,
  },
  role_session_name: {
    given: (value) => value,
    arrivals: (value, { log }) => (log.includes(`:assumed-role/push/${value}, account `) ? 1 : 0),
    hasForm: true,
  },
}

/** Inputs that take nothing but values of a form, by what the form lets through of the values below. */
export const STRICT: Readonly<Record<string, RegExp>> = {
  repo: /^(?=..)[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  create_repo: /^(?:true|false|0)$/,
  set_repo_policy: /^(?:true|false|0)$/,
  image_scanning_configuration: /^(?:true|false|0)$/,
  pull: /^(?:true|false|0)$/,
  no_cache: /^(?:true|false|0)$/,
  push: /^(?:true|false|0)$/,
  load: /^(?:true|false|0)$/,
  dry_run: /^(?:true|false|0)$/,
  auto_labels: /^(?:true|false|0)$/,
  allow_host_prefix: /^(?:true|false|0)$/,
  role_source: /^(?:auto|oidc|credentials)$/,
  latest: /^(?:auto|true|false)$/,
  immutable_conflict: /^(?:fail|skip|reuse)$/,
  skip_if_exists: /^(?:never|tag|inputs)$/,
  compat: /^(?:none|lambda)$/,
  cache: /^(?:none|registry)$/,
  retag_from: /^\w[\w.-]*$/,
  push_retries: /^0$/,
  wait_for_docker: /^0$/,
  registry_ids: /^\d{1,12}$/,
  account_id: /^\d{1,12}$/,
  region: /^[a-z]{2,}(?:-[a-z0-9]+)+$/,
  assume_role: /^[\w+=,.@-]{1,64}$/,
  external_id: /^[\w+=,.@:/-]{2,}$/,
  role_duration_seconds: /^(?!)/,
}

/** Inputs that only AWS and GitHub see. */
export const REMOTE = ['access_key_id', 'secret_access_key', 'session_token', 'oidc_audience'] as const

/** Each is a command to the runner where it stands in the log as it is. */
const COMMANDS = ['##[add-path]PWNED', 'a\r::add-path::PWNED', '::add-path::PWNED']

/** One name of each kind, and what no name of a branch can be. */
export const HOSTILE_VALUES: readonly string[] = [
  ...['plain', 'a b', 'one\ntwo', '--privileged', '-- x', "a', b", '; touch PWNED', '$(touch PWNED)', '`touch PWNED`'],
  ...HOSTILE_NAMES.filter(({ why }, index) => HOSTILE_NAMES[index - 1]?.why !== why).map(({ name }) => name),
  ...['x"$(touch${IFS}PWNED)"', '<(touch${IFS}PWNED)', "'", '"', '-', 'a%0A%3A%3Aerror%3A%3Ax', 'main\u00a0', '0'],
  ...COMMANDS,
]

/** Some of them, for inputs that look at the form alone or that no program gets. */
export const FEW_VALUES = HOSTILE_VALUES.filter(
  (value, index) => index < 9 || index % 4 === 0 || COMMANDS.includes(value),
)
