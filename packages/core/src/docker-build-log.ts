import { stripVTControlCharacters } from 'node:util'

/** How many of the failing step's last lines the failure shows; the whole log stands above it. */
const LINES = 10

interface FailedStep {
  readonly title: string
  readonly output: readonly string[]
}

/** BuildKit repeats the failing step at the end, between two rules: ` > [2/3] RUN make:` and the step's last lines. */
function buildkitStep(lines: readonly string[]): FailedStep | undefined {
  const start = lines.findLastIndex((line) => line.startsWith(' > ') && line.endsWith(':'))
  if (start < 1 || lines[start - 1] !== '------') return undefined
  const length = lines.slice(start + 1).indexOf('------')
  return {
    title: (lines[start] ?? '').slice(' > '.length, -1),
    output: lines.slice(start + 1, length < 0 ? undefined : start + 1 + length),
  }
}

/** The classic builder prints `Step 2/3 : RUN make`, then the step's output as it comes. */
function classicStep(lines: readonly string[]): FailedStep | undefined {
  const start = lines.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line))
  if (start < 0) return undefined
  const [, title = ''] = /^Step (.*)$/.exec(lines[start] ?? '') ?? []
  return { title, output: lines.slice(start + 1).filter((line) => !line.startsWith(' ---> ')) }
}

/**
 * What the client prints when the daemon goes away in the middle, or has gone away just before. The one of 20.10 may
 * take the end of the connection for the end of the build, and then misses the image.
 */
const LOST =
  /\bunexpected EOF$|error reading from server: |Cannot connect to the Docker daemon|server did not provide an image ID$/

const split = (text: string): string[] => stripVTControlCharacters(text).replaceAll('\r', '').split('\n')

/** What a failed build says: cause and step in the first line, then the step's last lines. */
export function buildFailure(stdout: string, stderr: string): string {
  const errors = split(stderr)
  const step = buildkitStep(errors) ?? classicStep(split(stdout))
  const last = errors.filter((line) => line.trim() !== '').at(-1) ?? 'docker printed no error'
  const said = last.replace(/^ERROR: /, '')
  const cause = LOST.test(said)
    ? `the connection to Docker's daemon was lost (${said}). Look at the daemon's log`
    : said
  const first = `The build failed${step === undefined ? '' : ` at ${step.title}`}: ${cause}`
  const output = (step?.output ?? []).filter((line) => line.trim() !== '').slice(-LINES)
  return [first, ...output].join('\n')
}

/**
 * Why the registry did not take what buildx had built, from its last error; `undefined` where it was the build that
 * failed. The error goes on in further lines where BuildKit since 0.24 adds what the registry answered.
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
