/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  /** In uppercase. */
  readonly keyword: string
  /** The text after the keyword, without the contents of heredocs. */
  readonly text: string
  /** Number of its first line, starting at 1. */
  readonly line: number
}

/** Any other comment ends the directives, even one in this format with a different name. */
const DIRECTIVE = /^#[ \t]*(syntax|escape|check)[ \t]*=[ \t]*(.*?)[ \t]*$/i

/** Instructions that support heredocs: https://docs.docker.com/reference/dockerfile/#here-documents */
const TAKES_DOCUMENTS = /^(?:ADD|COPY|RUN)$/

/** A word with its quoted parts: `<<EOF` within quotes does not start a heredoc. */
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs

/** `<<EOF`, `<<-EOF`, `<<"EOF"`; tabs may precede the closing word only with `-`. */
const DOCUMENT = /^\d*<<(-?)([^<]+)$/

/** The parser directives of the first lines: https://docs.docker.com/reference/dockerfile/#parser-directives */
export function directivesOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const line of lines[0]?.startsWith('#!') ? lines.slice(1) : lines) {
    const [, name, value] = DIRECTIVE.exec(line) ?? []
    if (name === undefined || value === undefined) break
    directives.set(name.toLowerCase(), value)
  }
  return directives
}

/** The closing words of the heredocs that an instruction starts. */
function documentsOf({ keyword, text }: Pick<Instruction, 'keyword' | 'text'>) {
  const [, inner = '', rest = ''] = keyword === 'ONBUILD' ? (/^(\S+)\s*(.*)$/s.exec(text) ?? []) : ['', keyword, text]
  if (!TAKES_DOCUMENTS.test(inner.toUpperCase()) || rest.startsWith('[')) return []
  return (rest.match(WORD) ?? []).flatMap((word) => {
    const [, dash, end] = DOCUMENT.exec(word) ?? []
    return end === undefined ? [] : [{ mayIndent: dash === '-', end: end.replace(/["'\\]/g, '') }]
  })
}

/** Number of the first line after these heredocs; an unclosed one does not count. */
function afterDocuments(lines: readonly string[], from: number, documents: ReturnType<typeof documentsOf>): number {
  let at = from
  for (const { mayIndent, end } of documents) {
    const closing = lines.findIndex(
      (line, index) => index >= at && (mayIndent ? line.replace(/^\t+/, '') : line) === end,
    )
    if (closing >= 0) at = closing + 1
  }
  return at
}

/** The lines of a Dockerfile's text. */
export const dockerfileLines = (text: string): string[] => text.replace(/^\u{FEFF}/u, '').split(/\r?\n/)

/** Comments and empty lines: between the lines of an instruction, they do not end it. */
const isLeftOut = (line: string): boolean => /^[ \t]*(?:#|$)/.test(line)

/** The line at `from` with its continuation lines, and the number of the next one. */
function joinedLines(lines: readonly string[], from: number, continued: RegExp): { text: string; next: number } {
  let text = ''
  for (let at = from; ; at++) {
    const line = lines[at] ?? ''
    const isSkipped = at > from && isLeftOut(line)
    const part = line.replace(continued, '$1')
    if (!isSkipped) text += part
    if ((!isSkipped && part === line) || at + 1 >= lines.length) return { text, next: at + 1 }
  }
}

/** The instructions of a Dockerfile, as far as its grammar is concerned; the builder defines their meaning. */
export function instructionsOf(lines: readonly string[]): Instruction[] {
  // One escape character escapes another: two of them do not continue a line.
  const continued = directivesOf(lines).get('escape') === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/
  const instructions: Instruction[] = []
  for (let at = 0; at < lines.length; ) {
    if (isLeftOut(lines[at] ?? '')) {
      at++
      continue
    }
    const { text: joined, next } = joinedLines(lines, at, continued)
    const [, keyword = '', text = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(joined) ?? []
    const instruction = { keyword: keyword.toUpperCase(), text, line: at + 1 }
    instructions.push(instruction)
    at = afterDocuments(lines, next, documentsOf(instruction))
  }
  return instructions
}
