/** Who builds, as the builds of ecr-push meet them. */
export const BUILDERS = ['classic', 'buildkit', 'buildx', 'remote'] as const
export type FailingBuilder = (typeof BUILDERS)[number]

/** A build that fails for one reason. */
export interface FailingBuild {
  readonly files?: Readonly<Record<string, string>>
  readonly options?: readonly string[]
  /** `none`: there is no daemon; `small`: it has a disk of a few MB; `killed`: it is killed while a step runs; `classic-store`: its store holds no attestations. */
  readonly daemon?: 'none' | 'small' | 'killed' | 'classic-store'
  readonly context?: string
  /** Builders that know nothing of what fails here. */
  readonly not?: readonly FailingBuilder[]
  /** Fast, and the same words on every machine: also built while the tests run, not only recorded. */
  readonly live?: boolean
  /** There is something to tell of it all the same. */
  readonly succeeds?: boolean
  /** Runs the client as a user who may not read everything. */
  readonly asUser?: boolean
}

const from = (...lines: string[]) => ({ Dockerfile: ['FROM scratch', ...lines, ''].join('\n') })
const shell = (...lines: string[]) => from('COPY rootfs /', ...lines)

/** Stands for the address of a registry that refuses everything, each path in its own way. */
export const REGISTRY = 'REGISTRY'

/** How recordings show that address. */
export const REGISTRY_SHOWN = 'registry.example:5000'

const NOT_OLD = ['classic', 'buildkit'] as const
const NOT_CLASSIC = ['classic'] as const

/** By what is wrong. The context has a shell in `rootfs`, and `app`. */
export const FAILING_BUILDS: Readonly<Record<string, FailingBuild>> = {
  'unknown option': { options: ['--nope'], live: true },
  'wrong value of an option': { options: ['--ulimit=nope'], live: true },
  'no Dockerfile': { files: {}, options: ['--file=Nope'] },
  'empty Dockerfile': { files: { Dockerfile: '' }, live: true },
  'unknown instruction': { files: from('', 'FOO bar'), live: true },
  'too few arguments': { files: from('COPY app'), live: true },
  'instruction before FROM': { files: { Dockerfile: 'RUN make\n' } },
  'unknown flag of an instruction': { files: from('COPY --nope app /app') },
  'unterminated heredoc': { files: shell('RUN <<EOT', 'make'), not: NOT_OLD },
  'empty FROM': { files: { Dockerfile: 'ARG BASE\nFROM $BASE\n' }, live: true },
  'wrong name of an image': { files: { Dockerfile: 'FROM Team/App:1\n' } },
  'missing file': { files: from('', 'COPY missing.txt /m'), live: true },
  'ignored file': { files: { ...from('COPY app /app'), '.dockerignore': 'app\n' } },
  'missing file, in a stage': {
    files: {
      Dockerfile: 'FROM scratch AS one\nCOPY app /app\nFROM scratch\nCOPY --from=one \\\n  /missing \\\n  /m\n',
    },
    live: true,
  },
  'unknown stage to copy from': { files: from('COPY --from=nope /app /app') },
  'failing command': { files: shell('', 'RUN echo one; echo two >&2; \\', '  exit 3'), live: true },
  'failing command in the form of JSON': { files: shell('RUN ["sh", "-c", "echo one; exit 4"]') },
  'killed command': { files: shell(`RUN sh -c 'kill -9 $$'; exit $?`), live: true },
  'unknown command': { files: shell('RUN make all') },
  'no shell': { files: from('RUN make') },
  'program of another platform': { files: from('COPY --chmod=755 app /bin/sh', 'RUN make'), not: NOT_CLASSIC },
  'unknown user': { files: shell('USER nobody', 'RUN make') },
  'base image is missing': { files: { Dockerfile: `FROM ${REGISTRY}/missing:1\n` }, live: true },
  'base image is denied': { files: { Dockerfile: `FROM ${REGISTRY}/denied:1\n` } },
  'base image needs a login': { files: { Dockerfile: `FROM ${REGISTRY}/unauthorized:1\n` } },
  'base image is throttled': { files: { Dockerfile: `FROM ${REGISTRY}/throttled:1\n` } },
  'base image of another platform': { files: { Dockerfile: `FROM ${REGISTRY}/s390x:1\n` } },
  'registry is down': { files: { Dockerfile: 'FROM 127.0.0.1:1/app:1\n' }, live: true },
  'registry is unknown': { files: { Dockerfile: 'FROM registry.invalid/app:1\n' } },
  'frontend cannot be had': {
    files: { Dockerfile: '# syntax=127.0.0.1:1/dockerfile:1\nFROM scratch\nCOPY app /\n' },
    not: NOT_CLASSIC,
  },
  'no such platform': { files: from('COPY app /app'), options: ['--platform=linux/nope/x/y'] },
  'unknown target': { files: from('COPY app /app'), options: ['--target=nope'], live: true },
  'secret is missing': {
    files: shell('RUN --mount=type=secret,id=npm,required=true make'),
    not: NOT_CLASSIC,
    live: true,
  },
  "secret's file is missing": {
    files: from('COPY app /app'),
    options: ['--secret=id=npm,src=missing'],
    not: NOT_CLASSIC,
  },
  'SSH agent is missing': { files: shell('RUN --mount=type=ssh,required=true make'), not: NOT_CLASSIC },
  'SSH agent is not there': { files: from('COPY app /app'), options: ['--ssh=default'], not: NOT_CLASSIC },
  'mount without BuildKit': {
    files: shell('RUN --mount=type=secret,id=npm make'),
    not: ['buildkit', 'buildx', 'remote'],
  },
  'entitlement is not given': { files: shell('RUN --network=host make'), not: NOT_CLASSIC },
  'entitlement is refused': { files: from('COPY app /app'), options: ['--allow=security.insecure'], not: NOT_OLD },
  'wrong checksum of ADD': {
    files: from(`ADD --checksum=sha256:${'0'.repeat(64)} http://${REGISTRY}/file /f`),
    not: NOT_OLD,
  },
  'missing file of ADD': { files: from(`ADD http://${REGISTRY}/missing /f`) },
  'cache cannot be written': {
    files: from('COPY app /app'),
    options: ['--cache-to=type=registry,ref=127.0.0.1:1/cache'],
    not: NOT_OLD,
  },
  'unknown kind of cache': { files: from('COPY app /app'), options: ['--cache-to=type=nope'], not: NOT_OLD },
  'attestation of a classic store': {
    files: from('COPY app /app'),
    options: ['--provenance=mode=max'],
    daemon: 'classic-store',
    not: ['classic', 'buildkit', 'remote'],
  },
  'list of contents cannot be made': {
    files: from('COPY app /app'),
    options: ['--sbom=generator=127.0.0.1:1/scanner'],
    not: NOT_OLD,
  },
  'checks are errors': {
    files: { Dockerfile: '# check=error=true\nFROM scratch as one\nCOPY app /app\n' },
    not: NOT_OLD,
  },
  'checks warn, and the build succeeds': {
    files: { Dockerfile: 'FROM scratch as one\nMAINTAINER me\nCOPY app /app\n' },
    not: NOT_OLD,
    live: true,
    succeeds: true,
  },
  'no image comes of it': { files: from('COPY app /app'), options: ['--output=type=local,dest=out'], not: NOT_CLASSIC },
  'context that cannot be read': { files: from('COPY app /app'), asUser: true, not: ['buildx', 'remote'] },
  'context that is not there': { context: 'http://127.0.0.1:1/app.tar.gz' },
  'named context is missing': {
    files: from('COPY --from=more app /app'),
    options: ['--build-context=more=missing'],
    not: NOT_OLD,
  },
  'disk is full': { files: from('COPY large /large'), daemon: 'small' },
  'daemon is not there': { files: from('COPY app /app'), daemon: 'none' },
  'daemon goes away': { files: shell(`RUN sh -c 'kill -STOP $$'`), daemon: 'killed' },
}
