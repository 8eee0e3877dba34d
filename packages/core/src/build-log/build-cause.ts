import type { FailedStep } from './build-step.ts'
import { commandCause } from './command-cause.ts'
import { imageCause, unreachableCause } from './image-cause.ts'
import { optionCause } from './option-cause.ts'

/** Further output of a builder. */
export interface BuildLog {
  readonly step: FailedStep | undefined
  /** Lines of the client's standard error. */
  readonly log: readonly string[]
}

/** Prefixes that each layer of docker adds to the message of the layer below. */
const WRAPPING =
  /^(?:failed to (?:build|solve(?: with frontend [\w.]+)?|create LLB definition|load LLB|compute cache key|load cache key|calculate checksum of ref \S+|read downloaded context|receive status)|unable to prepare context|error checking context|ResourceExhausted|Error response from daemon|Error processing tar file\(exit status \d+\)): |^rpc error: code = \w+ desc = /

function unwrapped(said: string): string {
  const inner = said.replace(WRAPPING, '')
  return inner === said ? said : unwrapped(inner)
}

const inContext = (path: string): string =>
  `${JSON.stringify(path.replace(/^\//, ''))} is not in the build context, or .dockerignore leaves it out`

/** A file that COPY or ADD does not find, in the context or in the source of `--from`. */
function missingFile(path: string, { step }: BuildLog): string {
  const [, from] = / --from=(\S+) /.exec(step?.instruction ?? '') ?? []
  return from === undefined ? inContext(path) : `${JSON.stringify(path)} is not in '${from}'`
}

const unreadable = (path: string): string =>
  `the build context has ${JSON.stringify(path)}, which the runner's user may not read. Change its permissions, or name it in .dockerignore`

/**
 * What the client prints if the daemon disappears during the build, or just before. Version 20.10 may mistake the end
 * of the connection for the end of the build, and then report a missing image.
 */
const LOST =
  /\bunexpected EOF$|error reading from server: |^Cannot connect to the Docker daemon\b|server did not provide an image ID$/

/** Whether a build ended because its daemon was lost. */
export const isLost = (said: string, log: readonly string[]): boolean => LOST.test(unwrapped(said)) && !isSentOn(log)

/** Whether the result was not an image. */
const isSentOn = (log: readonly string[]): boolean => log.some((line) => /^#\d+ exporting to client\b/.test(line))

/** Whether the build ran in a BuildKit outside Docker's daemon. */
const isOutside = (log: readonly string[]): boolean =>
  log.some((line) => /^#0 building with ".*" instance using (?!docker driver$)\S+ driver$/.test(line))

function lost(said: string, log: readonly string[]): string {
  const daemon = isOutside(log) ? "the builder's BuildKit" : "Docker's daemon"
  return `the connection to ${daemon} was lost (${said}). Look at its log`
}

type Reading = readonly [RegExp, (found: string, build: BuildLog) => string]

/** Causes by the message of the innermost layer; the detail is the first group that matches. */
const READINGS: readonly Reading[] = [
  [
    /^COPY failed: file not found in build context or excluded by \.dockerignore: stat (.+): file does not exist$/,
    (path) => inContext(path),
  ],
  [/^(?:COPY|ADD) failed: stat (.+): file does not exist$/, (path, build) => missingFile(`/${path}`, build)],
  [/^"(.+)"(?: not found)?: not found$/, missingFile],
  [
    /^(.*\bno space left on device\b.*)$/i,
    (said) => `the builder's disk is full: ${said}. Free some space on it, for example with 'docker builder prune'`,
  ],
  [
    /^(?:unable to evaluate symlinks in Dockerfile path: lstat|failed to read dockerfile: open) (?:\/.*\/buildkit-mount\d+\/)?(.+): no such file or directory$/,
    (file) => `there is no Dockerfile ${JSON.stringify(file)}`,
  ],
  [/^can't stat '(.+)'$|^(?:failed to read dockerfile: )?error from sender: open (.+): permission denied$/, unreadable],
  [/^no build stage in current context$/, () => 'an instruction precedes the first FROM'],
  [
    /^digest mismatch (sha256:\w+: sha256:\w+)$/,
    (digests) => `the file has the checksum ${digests.replace(': sha256', ', not sha256')}`,
  ],
  [
    /^invalid response status (\d+)$|^ADD failed: failed to GET \S+ with status (\d+)\b/,
    (status) => `the server of the file answers ${status}`,
  ],
  [/^lint violation found for rules: (.*)$/, (rules) => `the Dockerfile does not pass its checks: ${rules}`],
  [
    /^(.*\bserver did not provide an image ID)$/,
    (said) => `the build produced no image (${said}), because an option sends the result elsewhere`,
  ],
]

function reading(said: string, build: BuildLog): string | undefined {
  for (const [pattern, text] of READINGS) {
    const match = pattern.exec(said)
    if (match !== null) return text(match.slice(1).find((group) => group !== undefined) ?? '', build)
  }
  return undefined
}

/**
 * The cause of a failed build in one line, from the client's last message, for everything except Dockerfile syntax
 * errors.
 */
export function plainCause(said: string, build: BuildLog): string {
  const { step, log } = build
  if (isLost(said, log)) return lost(unwrapped(said), log)
  const words = unwrapped(said)
  const [, image] = /^FROM (\S+)/.exec(step?.instruction ?? '') ?? []
  return (
    commandCause(words, step?.output ?? []) ??
    optionCause(words) ??
    reading(words, build) ??
    imageCause(words, image) ??
    unreachableCause(words) ??
    words
  )
}
