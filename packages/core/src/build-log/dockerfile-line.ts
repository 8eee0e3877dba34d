/** An instruction of a Dockerfile, joined to one line. */
interface Instruction {
  /** Its first line, starting at 1. */
  readonly line: number
  readonly text: string
}

const COMMENT = /^\s*#/

/** The line continuation character: https://docs.docker.com/reference/dockerfile/#escape */
const escapeOf = (dockerfile: string): string => /^(?:#.*\n)*#\s*escape\s*=\s*([\\`])/i.exec(dockerfile)?.[1] ?? '\\'

const oneBlank = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')

/** Instructions as counted by the classic builder. Lines of a heredoc look like instructions. */
function instructionsOf(dockerfile: string): Instruction[] {
  const continuation = escapeOf(dockerfile)
  const found: Instruction[] = []
  let open: Instruction | undefined
  for (const [index, line] of dockerfile.split(/\r?\n/).entries()) {
    if (line.trim() === '' || COMMENT.test(line)) continue
    const end = line.trimEnd()
    const goesOn = end.endsWith(continuation)
    const text = `${open?.text ?? ''}${goesOn ? end.slice(0, -1) : line}`
    const begun: Instruction = { line: open?.line ?? index + 1, text }
    if (!goesOn) found.push({ ...begun, text: oneBlank(text) })
    open = goesOn ? begun : undefined
  }
  return open === undefined ? found : [...found, { ...open, text: oneBlank(open.text) }]
}

/** The names of an image as a Dockerfile may write them. */
const namesOf = (reference: string): string[] =>
  [reference, reference.replace(/^docker\.io\/(?:library\/)?/, '')].flatMap((name) => [
    name,
    name.replace(/:latest$/, ''),
  ])

const isFrom = (text: string, names: readonly string[]): boolean => {
  const [, name = ''] = /^FROM (?:--\S+ )*(\S+)/i.exec(text) ?? []
  return names.includes(name)
}

/**
 * The line of the Dockerfile with an instruction, as shown by a builder; `undefined` if there is no such line, or more
 * than one.
 *
 * @param number its position among all instructions, starting at 1, if the builder reports it
 */
export function instructionLine(dockerfile: string, shown: string, number?: number): number | undefined {
  const all = instructionsOf(dockerfile)
  const text = oneBlank(shown)
  const counted = number === undefined ? undefined : all[number - 1]
  if (counted?.text === text) return counted.line
  const [, image] = /^FROM (\S+)$/.exec(text) ?? []
  const names = image === undefined ? [] : namesOf(image)
  const same = all.filter((each) => each.text === text || isFrom(each.text, names))
  return same.length === 1 ? same[0]?.line : undefined
}
