import fc from 'fast-check'

/** Git's rules for a ref below refs/heads/ or refs/tags/ (git-check-ref-format), and GitHub's maximum length. */
export function isLegalRef(name: string): boolean {
  if (name === '' || name === '@' || Buffer.byteLength(name) > 244) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$/u.test(name) || !name.isWellFormed()) return false
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

const ASCII = Array.from({ length: 94 }, (_, index) => String.fromCodePoint(33 + index))

/** Characters that the safe-name rules treat specially, more often than random generation would produce them. */
const telling = fc.constantFrom(...'aZ09._-/éİ中🚀#$', '\u0301', '\ufeff', '\u202e', 'ß', 'K', '²')

const character = fc.oneof(
  { weight: 4, arbitrary: telling },
  { weight: 3, arbitrary: fc.constantFrom(...ASCII) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
)

function cut(name: string): string {
  const characters = [...name]
  while (Buffer.byteLength(characters.join('')) > 244) characters.pop()
  return characters.join('')
}

const short = fc.array(character, { minLength: 1, maxLength: 24 }).map((characters) => characters.join(''))
const long = fc.array(character, { minLength: 60, maxLength: 244 }).map((characters) => cut(characters.join('')))
const hashed = fc
  .tuple(short, fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 8, maxLength: 8 }))
  .map((parts) => parts.join('-'))
const plain = fc.stringMatching(/^[a-z0-9]+(?:[._/-][a-z0-9]+){0,4}$/)

/** Any valid branch or tag name. */
export const gitRef = fc
  .oneof({ weight: 5, arbitrary: short }, { weight: 2, arbitrary: long }, hashed, plain)
  .filter(isLegalRef)
