import type { QuotedText } from './quoted-text.ts'

/** Characters that a backslash escapes inside double quotes: POSIX.1-2024, Shell Command Language, 2.2.3. */
const ESCAPED = '$`"\\\n'

/** One piece of a word: its text, and the rest of the line. */
interface Piece {
  readonly text: string
  readonly rest: string
}

function singleQuoted(text: string): Piece | undefined {
  const end = text.indexOf("'", 1)
  return end < 0 ? undefined : { text: text.slice(1, end), rest: text.slice(end + 1) }
}

function doubleQuoted(text: string): Piece | undefined {
  let value = ''
  for (let at = 1; at < text.length; at++) {
    const [here, next] = [text.charAt(at), text.charAt(at + 1)]
    if (here === '"') return { text: value, rest: text.slice(at + 1) }
    if (here === '\\' && next !== '' && ESCAPED.includes(next)) {
      if (next !== '\n') value += next
      at++
    } else value += here
  }
  return undefined
}

function piece(text: string): Piece | undefined {
  if (text.startsWith("'")) return singleQuoted(text)
  if (text.startsWith('"')) return doubleQuoted(text)
  if (text.startsWith('\\')) return text.length > 1 ? { text: text.slice(1, 2), rest: text.slice(2) } : undefined
  const [plain = ''] = /^[^\s'"\\]+/.exec(text) ?? []
  return { text: plain, rest: text.slice(plain.length) }
}

/**
 * Splits a command line into words, quoted as in a POSIX shell; nothing else is interpreted: `$x`, `*`, `;` stay
 * literal. `open_quote` can also mean a trailing backslash.
 */
export function parseWords(line: string): QuotedText<string> {
  const words: string[] = []
  let rest = line.replaceAll('\r\n', '\n')
  for (;;) {
    rest = rest.replace(/^(?:\s|\\\n)+/, '')
    if (rest === '') return { kind: 'values', values: words }
    let word = ''
    while (rest !== '' && !/^\s/.test(rest)) {
      if (rest.startsWith('\\\n')) {
        rest = rest.slice(2)
        continue
      }
      const found = piece(rest)
      if (found === undefined) return { kind: 'open_quote', at: rest }
      word += found.text
      rest = found.rest
    }
    words.push(word)
  }
}
