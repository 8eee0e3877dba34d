/** One workflow command of a log line, unescaped. */
export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/** The commands that a runner registers. A line with any other name is ordinary output. */
export const COMMAND_NAMES = [
  'stop-commands',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
] as const

interface Escape {
  readonly code: string
  readonly character: string
}

const CR: Escape = { code: '%0D', character: '\r' }
const LF: Escape = { code: '%0A', character: '\n' }
const PERCENT: Escape = { code: '%25', character: '%' }
const PROPERTY = [CR, LF, { code: '%3A', character: ':' }, { code: '%2C', character: ',' }, PERCENT]
const BRACKET = [{ code: '%3B', character: ';' }, CR, LF, { code: '%5D', character: ']' }, PERCENT]

/**
 * `::name key=value,key=value::data` at the start of a line (leading blanks are skipped), or
 * `##[name key=value;key=value]data` anywhere in it (actions/runner src/Runner.Common/ActionCommand.cs).
 * Undefined where the line is no command or names one that is not registered.
 */
export function parseCommand(line: string, registered: (name: string) => boolean): Command | undefined {
  return parseColons(line.trimStart(), registered) ?? parseBracket(line, registered)
}

function parseColons(line: string, registered: (name: string) => boolean): Command | undefined {
  const end = line.startsWith('::') ? line.indexOf('::', 2) : -1
  if (end < 0) return undefined
  const head = splitHead(line.slice(2, end))
  if (!registered(head.name)) return undefined
  const properties = parseProperties(head.rest.trim(), ',', PROPERTY)
  return { name: head.name, properties, data: decode(line.slice(end + 2), [CR, LF, PERCENT]) }
}

function parseBracket(line: string, registered: (name: string) => boolean): Command | undefined {
  const start = line.indexOf('##[')
  const end = start < 0 ? -1 : line.indexOf(']', start)
  if (end < 0) return undefined
  const head = splitHead(line.slice(start + 3, end))
  if (!registered(head.name)) return undefined
  const properties = parseProperties(head.rest, ';', BRACKET)
  return { name: head.name, properties, data: decode(line.slice(end + 1), BRACKET) }
}

function splitHead(head: string): { name: string; rest: string } {
  const space = head.indexOf(' ')
  return space < 0 ? { name: head, rest: '' } : { name: head.slice(0, space), rest: head.slice(space + 1) }
}

/** Properties without a value are ignored. */
function parseProperties(text: string, separator: string, escapes: readonly Escape[]): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const pair of text.split(separator)) {
    const [, name, value] = /^=*([^=]+)=+(.+)$/s.exec(pair) ?? []
    if (name !== undefined && value !== undefined) setIgnoringCase(properties, name, decode(value, escapes))
  }
  return properties
}

function decode(text: string, escapes: readonly Escape[]): string {
  return escapes.reduce((result, { code, character }) => result.replaceAll(code, character), text)
}

/** Keys of properties, outputs and state are case-insensitive; the last writer determines the spelling. */
export function setIgnoringCase(target: Record<string, string>, key: string, value: string): void {
  const lower = key.toLowerCase()
  for (const other of Object.keys(target)) if (other.toLowerCase() === lower) delete target[other]
  target[key] = value
}
