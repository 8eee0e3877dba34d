/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string
  /** What follows the keyword, without the contents of here-documents. */
  readonly text: string
  /** Number of its first line, from 1. */
  readonly line: number
}

const DIRECTIVE = /^#[ \t]*([a-z][a-z0-9]*)[ \t]*=[ \t]*(.*?)[ \t]*$/i

/** Instructions that take here-documents: https://docs.docker.com/reference/dockerfile/#here-documents */
const TAKES_DOCUMENTS = /^(?:ADD|COPY|RUN)$/

/** `<<EOF`, `<<-EOF`, `<<"EOF"`; only with `-` may tabs precede the closing word. */
const DOCUMENT = /(?:^|\s)\d*<<(-?)(["']?)([a-zA-Z_]\w*)\2/g

/** The parser directives of the first lines: https://docs.docker.com/reference/dockerfile/#parser-directives */
export function directivesOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = DIRECTIVE.exec(line) ?? []
    if (name === undefined || value === undefined) break
    directives.set(name.toLowerCase(), value)
  }
  return directives
}

/** Number of the first line behind the here-documents that `text` opens. */
function afterDocuments(lines: readonly string[], from: number, text: string): number {
  let at = from
  for (const [, dash, , word] of text.matchAll(DOCUMENT)) {
    const isEnd = (line: string) => (dash === '' ? line : line.replace(/^\t+/, '')) === word
    while (at < lines.length && !isEnd(lines[at] ?? '')) at++
    at++
  }
  return at
}

/** The lines of a Dockerfile's text. */
export const dockerfileLines = (text: string): string[] => text.replace(/^\u{FEFF}/u, '').split(/\r?\n/)

/** The instructions of a Dockerfile, as far as its grammar tells them; what they mean is up to the builder. */
export function instructionsOf(lines: readonly string[]): Instruction[] {
  const continued = directivesOf(lines).get('escape') === '`' ? /`[ \t]*$/ : /\\[ \t]*$/
  const isLeftOut = (line: string) => /^[ \t]*(?:#|$)/.test(line)
  const instructions: Instruction[] = []
  for (let at = 0; at < lines.length; ) {
    const first = at
    let text = lines[at++] ?? ''
    if (isLeftOut(text)) continue
    while (continued.test(text) && at < lines.length) {
      text = text.replace(continued, '')
      const next = lines[at++] ?? ''
      // A comment or an empty line does not end an instruction.
      text += isLeftOut(next) ? '\\' : next
    }
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(text) ?? []
    const instruction = { keyword: keyword.toUpperCase(), text: rest, line: first + 1 }
    if (TAKES_DOCUMENTS.test(instruction.keyword)) at = afterDocuments(lines, at, rest)
    instructions.push(instruction)
  }
  return instructions
}
