import { stripVTControlCharacters } from 'node:util'
import { isLost, plainCause } from './build-cause.ts'
import type { BuildFile } from './build-file.ts'
import { buildkitStep, classicStep, type FailedStep, openStep } from './build-step.ts'
import { instructionLine } from './dockerfile-line.ts'

/** How many of the failing step's last lines the error shows; the complete log is above it. */
const LINES = 10

/** The problem reported by a failed build. */
export interface BuildProblem {
  /** Cause and step on the first line, followed by the step's last lines. */
  readonly message: string
  /** The line of the Dockerfile that is wrong, or whose step failed, unless the daemon was lost. */
  readonly line: number | undefined
}

/** Buildx prints the location: `Dockerfile:4`, and the source between two rules, with `>>>` at the failing lines. */
function shownSource(lines: readonly string[], file: BuildFile): { line: number; text: string } | undefined {
  const rules = lines.flatMap((line, at) => (/^-{20}$/.test(line) ? at : []))
  const [start = 0, end = 0] = rules.slice(-2)
  const [, name, line] = /^(.+):(\d+)$/.exec(lines[start - 1] ?? '') ?? []
  if (end <= start || name === undefined || !`/${file.name}`.endsWith(`/${name}`)) return undefined
  const marked = lines.slice(start + 1, end).flatMap((each) => /^ *\d+ \| >>> (.*)$/.exec(each)?.[1] ?? [])
  return { line: Number(line), text: marked.map((each) => each.replace(/\s*\\$/, '').trim()).join(' ') }
}

/** Lines that follow the cause, but are not part of it. */
const ADVICE = [
  /^\s*$/,
  /^See '.* --help'\.?$/,
  /^Usage: /,
  /^Run '.* --help' for more information$/,
  /^Learn more at https?:\/\/\S+$/,
  /^View build details: /,
  /^For more help on how to use Docker, /,
]

const split = (text: string): string[] => stripVTControlCharacters(text).replaceAll('\r', '').split('\n')

/** The client's final message. Buildx errors may have several lines. */
function lastWords(errors: readonly string[]): string {
  const lines = errors.filter((line) => !ADVICE.some((pattern) => pattern.test(line)))
  const start = lines.findLastIndex((line) => line.startsWith('ERROR: '))
  const words = start < 0 ? lines.slice(-1) : lines.slice(start)
  return (
    words
      .map((line) => line.trim())
      .join(' ')
      .replace(/^ERROR: /, '') || 'docker printed no error'
  )
}

const PARSE_ERROR = /\bdockerfile parse error (?:on )?line (\d+): /i
const UP_TO_PARSE_ERROR = new RegExp(`^.*${PARSE_ERROR.source}`, 'i')

/** A step that BuildKit adds by itself, for an instruction that requires it. */
const INTERNAL = /^(?:\[internal\]|resolve image config|FROM )/

/** A step that starts every build, regardless of the failure. */
const FIRST = '[internal] load build definition from '

/** The step that failed, if the log shows it. */
function failedStep(stdout: string, errors: readonly string[], said: string): FailedStep | undefined {
  const ended = buildkitStep(errors) ?? classicStep(split(stdout))
  const step = ended ?? (isLost(said, errors) ? openStep(errors) : undefined)
  return step?.title.startsWith(FIRST) ? undefined : step
}

/** The location of the failure, for display. */
function placeOf(step: string | undefined, line: number | undefined, { name }: BuildFile): string {
  if (line === undefined) return step === undefined ? '' : ` at ${step}`
  return step === undefined ? ` at ${name}:${line}` : ` at ${step} (${name}:${line})`
}

/** Describes a failed build, from the client's output. */
export function buildProblem(stdout: string, stderr: string, file: BuildFile): BuildProblem {
  const errors = split(stderr)
  const said = lastWords(errors)
  const [, parsed] = PARSE_ERROR.exec(said) ?? []
  if (parsed !== undefined) {
    const line = Number(parsed)
    return {
      message: `The build failed${placeOf(undefined, line, file)}: ${said.replace(UP_TO_PARSE_ERROR, '')}`,
      line,
    }
  }
  const step = failedStep(stdout, errors, said)
  const source = shownSource(errors, file)
  const found = step && file.text !== undefined ? instructionLine(file.text, step.instruction, step.number) : undefined
  const line = source?.line ?? found
  const title = source !== undefined && (step === undefined || INTERNAL.test(step.title)) ? source.text : step?.title
  const first = `The build failed${placeOf(title, line, file)}: ${plainCause(said, { step, log: errors })}`
  const output = (step?.output ?? []).filter((each) => each.trim() !== '').slice(-LINES)
  return { message: [first, ...output].join('\n'), line: isLost(said, errors) ? undefined : line }
}

/**
 * Why the registry rejected what buildx built, from its last error; `undefined` if the build itself failed. Since 0.24,
 * BuildKit adds the registry's response on further lines.
 */
export function pushProblemIn(stderr: string): string | undefined {
  const lines = split(stderr)
  const last = lines.slice(
    Math.max(
      0,
      lines.findLastIndex((line) => line.startsWith('ERROR: ')),
    ),
  )
  const [, problem] = /^ERROR: .*?\bfailed to push \S+: (.*)/s.exec(last.join('\n')) ?? []
  return problem?.trim().replaceAll(/\s*\n\s*/g, ': ')
}
