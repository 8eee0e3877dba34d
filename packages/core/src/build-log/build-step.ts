/** The failed step, as shown by the builder. */
export interface FailedStep {
  /** Title with its position: `[2/3] RUN make`. */
  readonly title: string
  readonly instruction: string
  /** Position among all instructions of the Dockerfile, starting at 1. */
  readonly number: number | undefined
  /** Its last lines of output. */
  readonly output: readonly string[]
}

/** `[2/3] `, or with the name of the stage, `[build 2/3] `. */
const PLACE = /^\[(?!internal\])[^\]]*\d+\/\d+\] /

function stepOf(title: string, output: readonly string[]): FailedStep {
  const [, image] = /^\[internal\] load metadata for (\S+)$/.exec(title) ?? []
  const known = image === undefined ? title : `FROM ${image}`
  return { title: known, instruction: known.replace(PLACE, ''), number: undefined, output }
}

/** Output of a step so far, by step number: version 20.10 does not repeat it at the end. */
function shownOutput(lines: readonly string[], title: string): string[] {
  const begun = lines.findLast((line) => line.endsWith(` ${title}`) && /^#\d+ /.test(line)) ?? ''
  const [, number] = /^#(\d+) /.exec(begun) ?? []
  const shown = new RegExp(`^#${number} (\\d+\\.\\d+ .*)$`)
  return lines.flatMap((line) => shown.exec(line)?.[1] ?? [])
}

/** BuildKit repeats the failed step at the end, between two rules: ` > [2/3] RUN make:` and the step's last lines. */
export function buildkitStep(lines: readonly string[]): FailedStep | undefined {
  const start = lines.findLastIndex((line) => line.startsWith(' > ') && line.endsWith(':'))
  if (start < 1 || lines[start - 1] !== '------') return undefined
  const length = lines.slice(start + 1).indexOf('------')
  const title = (lines[start] ?? '').slice(' > '.length, -1)
  const output = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length)
  return stepOf(title, output.length > 0 ? output : shownOutput(lines, title))
}

/** The last step that BuildKit started but did not finish. */
export function openStep(lines: readonly string[]): FailedStep | undefined {
  const ended = new Set(lines.flatMap((line) => /^#(\d+) (?:DONE|CACHED|CANCELED|ERROR)\b/.exec(line)?.[1] ?? []))
  const begun = lines.flatMap((line) => {
    const [, number = '', title = ''] = /^#(\d+) (\[.*\d+\/\d+\] .*)$/.exec(line) ?? []
    return title === '' || ended.has(number) ? [] : title
  })
  const title = begun.at(-1)
  return title === undefined ? undefined : stepOf(title, [])
}

/** The classic builder prints `Step 2/3 : RUN make`, followed by the step's output. */
export function classicStep(lines: readonly string[]): FailedStep | undefined {
  const start = lines.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line))
  if (start < 0) return undefined
  const [, number = '', total = '', instruction = ''] = /^Step (\d+)\/(\d+) : (.*)$/.exec(lines[start] ?? '') ?? []
  return {
    title: `[${number}/${total}] ${instruction}`,
    instruction,
    number: Number(number),
    output: lines.slice(start + 1).filter((line) => !line.startsWith(' ---> ')),
  }
}
