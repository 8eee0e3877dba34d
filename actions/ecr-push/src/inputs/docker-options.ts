/** An option of `docker build` or `docker buildx build`: its forms, and the builders that support it. */
export interface OptionForm {
  /** Its one-letter form, without `-`. */
  readonly short?: string
  /** A switch without a value; `=false` turns it off. */
  readonly isSwitch?: true
  /** Every value is used; for other options, only the last one. */
  readonly repeats?: true
  /** The first buildx version that accepts it, `0` for any. */
  readonly buildx?: string
  /** `docker build` of clients before 23 with BuildKit. */
  readonly buildkit?: true
  /** `docker build` of later clients without buildx. */
  readonly classic?: true
}

const ALL = { buildx: '0', buildkit: true, classic: true } as const
const DOCKER = { buildkit: true, classic: true } as const
const BUILDKIT = { buildx: '0', buildkit: true } as const
const SWITCH = { isSwitch: true } as const
const LIST = { repeats: true } as const

/**
 * All options by their long names, including hidden ones.
 *
 * https://docs.docker.com/reference/cli/docker/buildx/build/ and
 * https://docs.docker.com/reference/cli/docker/image/build/; the buildx versions are the first whose
 * `commands/build.go` has the option.
 */
export const DOCKER_OPTIONS = {
  'add-host': { ...ALL, ...LIST },
  allow: { ...LIST, buildx: '0.3' },
  annotation: { ...LIST, buildx: '0.12' },
  attest: { ...LIST, buildx: '0.10' },
  'build-arg': { ...ALL, ...LIST },
  'build-context': { ...LIST, buildx: '0.8' },
  builder: { buildx: '0' },
  'cache-from': { ...ALL, ...LIST },
  'cache-to': { ...LIST, buildx: '0' },
  call: { buildx: '0.15' },
  'cgroup-parent': ALL,
  check: { ...SWITCH, buildx: '0.15' },
  compress: { ...ALL, ...SWITCH },
  'cpu-period': ALL,
  'cpu-quota': ALL,
  'cpu-shares': { ...ALL, short: 'c' },
  'cpuset-cpus': ALL,
  'cpuset-mems': ALL,
  debug: { ...SWITCH, short: 'D', buildx: '0.17' },
  'disable-content-trust': { ...DOCKER, ...SWITCH },
  file: { ...ALL, short: 'f' },
  'force-rm': { ...ALL, ...SWITCH },
  help: { ...ALL, ...SWITCH, short: 'h' },
  iidfile: ALL,
  isolation: ALL,
  label: { ...ALL, ...LIST },
  load: { ...SWITCH, buildx: '0' },
  memory: { ...ALL, short: 'm' },
  'memory-swap': ALL,
  'metadata-file': { buildx: '0.6' },
  network: ALL,
  'no-cache': { ...ALL, ...SWITCH },
  'no-cache-filter': { ...LIST, buildx: '0.8' },
  output: { ...BUILDKIT, ...LIST, short: 'o' },
  platform: { ...ALL, ...LIST },
  policy: { ...LIST, buildx: '0.31' },
  print: { buildx: '0.9' },
  progress: BUILDKIT,
  provenance: { buildx: '0.10' },
  pull: { ...ALL, ...SWITCH },
  push: { ...SWITCH, buildx: '0' },
  quiet: { ...ALL, ...SWITCH, short: 'q' },
  resource: { ...LIST, buildx: '0.35' },
  rm: { ...ALL, ...SWITCH },
  sbom: { buildx: '0.10' },
  secret: { ...BUILDKIT, ...LIST },
  'security-opt': { ...ALL, ...LIST },
  'shm-size': ALL,
  squash: { ...ALL, ...SWITCH },
  ssh: { ...BUILDKIT, ...LIST },
  stream: { ...SWITCH, buildkit: true },
  tag: { ...ALL, ...LIST, short: 't' },
  target: ALL,
  ulimit: { ...ALL, ...LIST },
} as const satisfies Readonly<Record<string, OptionForm>>

/** The long name of an option, without `--`. */
export type OptionName = keyof typeof DOCKER_OPTIONS

export const isOptionName = (name: string): name is OptionName => Object.hasOwn(DOCKER_OPTIONS, name)

export const formOf = (name: OptionName): OptionForm => DOCKER_OPTIONS[name]

const BY_LETTER = new Map(
  Object.entries(DOCKER_OPTIONS).flatMap(([name, form]) =>
    'short' in form && isOptionName(name) ? [[form.short as string, name] as const] : [],
  ),
)

/** The long name of a one-letter option. */
export const nameOfLetter = (letter: string): OptionName | undefined => BY_LETTER.get(letter)
