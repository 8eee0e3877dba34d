import type { OptionName } from '../../src/inputs/docker-options.ts'

/** Who builds: buildx on either image store of an engine, BuildKit of Docker's client 20.10, the classic builder of 28. */
export const BUILDERS = ['containerd', 'store', 'buildkit', 'classic'] as const
export type BuilderCase = (typeof BUILDERS)[number]

/**
 * What the step does with an option:
 * - `given`: the builder gets it
 * - `ignored`: the builder gets it, and a notice says that it has no effect
 * - `dropped`: the builder does not get it, and does without it what it says
 * - `left out`: the same with a notice
 * - `file`: the step writes this file
 * - `refused`: the input is wrong
 * - anything else: what it needs
 */
export type Outcome = 'given' | 'ignored' | 'dropped' | 'left out' | 'file' | 'refused' | (string & {})

export interface OptionCase {
  readonly name: OptionName
  readonly words: string
  readonly outcomes: Readonly<Record<BuilderCase, Outcome>>
}

const NO_BUILDX = 'buildx, which this runner does not have'
const NO_BUILDKIT = 'BuildKit, which the classic builder is not'
const NO_STORE = 'the containerd image store, or a builder outside the engine'
const NO_NETWORK = 'the classic builder, because BuildKit does not use networks of the engine'
const NO_EXPERIMENT = 'experimental features, which are off in'

const row = (
  words: string,
  ...[containerd, store, buildkit, classic]: readonly [Outcome, Outcome, Outcome, Outcome]
) => {
  const [, name = ''] = /^--([a-z-]+)/.exec(words) ?? []
  return { name: name as OptionName, words, outcomes: { containerd, store, buildkit, classic } }
}
const given = (words: string) => row(words, 'given', 'given', 'given', 'given')
const limit = (words: string) => row(words, 'ignored', 'ignored', 'ignored', 'given')
const refused = (words: string) => row(words, 'refused', 'refused', 'refused', 'refused')
const buildx = (words: string) => row(words, 'given', 'given', NO_BUILDX, NO_BUILDX)
const inManifest = (words: string) => row(words, 'given', NO_STORE, NO_BUILDX, NO_BUILDX)
const newBuildx = (words: string, needs: string) => row(words, needs, needs, NO_BUILDX, NO_BUILDX)

/** Every option, some in several ways. The paths are those of the workspace of the test with real engines. */
export const OPTION_CASES: readonly OptionCase[] = [
  given('--add-host=other:10.0.0.1'),
  buildx('--allow=network.host'),
  inManifest('--annotation=manifest:who=me'),
  row('--attest=type=sbom,disabled=true', 'given', 'given', 'dropped', 'dropped'),
  inManifest('--attest=type=provenance,mode=min'),
  given('--build-arg=WHO=me'),
  buildx('--build-context=more=./more'),
  refused('--builder=other'),
  given('--cache-from=registry.invalid/app:1'),
  row('--cache-from=type=local,src=./cache', 'given', 'given', 'left out', 'left out'),
  buildx('--cache-to=type=inline'),
  inManifest('--cache-to=type=local,dest=./cache'),
  refused('--call=outline'),
  row('--cgroup-parent=/some', 'given', 'given', 'ignored', 'given'),
  refused('--check'),
  given('--compress'),
  limit('--cpu-period=100000'),
  limit('--cpu-quota=50000'),
  limit('--cpu-shares=512'),
  limit('--cpuset-cpus=0'),
  limit('--cpuset-mems=0'),
  row('--debug', 'left out', 'left out', 'left out', 'left out'),
  row('--disable-content-trust', 'dropped', 'dropped', 'given', 'given'),
  refused('--disable-content-trust=false'),
  refused('--file=other'),
  given('--force-rm'),
  refused('--help'),
  row('--iidfile=id.txt', 'file', 'file', 'file', 'file'),
  given('--isolation=default'),
  given('--label=from=options'),
  refused('--load'),
  limit('--memory=512m'),
  limit('--memory-swap=-1'),
  row('--metadata-file=metadata.json', 'file', 'file', NO_BUILDX, NO_BUILDX),
  given('--network=none'),
  row('--network=mine', NO_NETWORK, NO_NETWORK, NO_NETWORK, 'given'),
  given('--no-cache'),
  buildx('--no-cache-filter=last'),
  refused('--output=type=local,dest=.'),
  given('--platform=linux/amd64'),
  row('--platform=linux/amd64,linux/arm64', 'given', NO_STORE, NO_BUILDX, NO_BUILDX),
  newBuildx('--policy=disabled=true', 'buildx 0.31, but this runner has 0.29.1'),
  refused('--print=outline'),
  row('--progress=plain', 'given', 'given', 'given', 'dropped'),
  row('--provenance=false', 'given', 'given', 'dropped', 'dropped'),
  inManifest('--provenance=true'),
  given('--pull'),
  refused('--push=false'),
  given('--quiet'),
  newBuildx('--resource=memory=1g', 'buildx 0.35, but this runner has 0.29.1'),
  given('--rm'),
  row('--sbom=false', 'given', 'given', 'dropped', 'dropped'),
  inManifest('--sbom=true'),
  row('--secret=id=a,src=app', 'given', 'given', 'given', NO_BUILDKIT),
  row('--security-opt=seccomp=unconfined', 'left out', 'left out', 'left out', 'left out'),
  row('--shm-size=64m', 'given', 'given', 'ignored', 'given'),
  row('--squash', 'ignored', 'ignored', NO_EXPERIMENT, NO_EXPERIMENT),
  row('--ssh=default=agent.sock', 'given', 'given', 'given', NO_BUILDKIT),
  row('--stream', 'dropped', 'dropped', 'given', 'dropped'),
  refused('--tag=other'),
  given('--target=last'),
  row('--ulimit=nofile=1024:1024', 'given', 'given', 'ignored', 'given'),
]

/** Whether the case is of an option that stops the step before the build. */
export const isNeed = (outcome: Outcome): boolean =>
  !['given', 'ignored', 'dropped', 'left out', 'file', 'refused'].includes(outcome)
