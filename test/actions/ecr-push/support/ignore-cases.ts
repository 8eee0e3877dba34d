import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'

/** Names that patterns are made of as well, so that these meet. */
const NAMES = ['a', 'b', 'ab', 'aab', 'a.b', 'b.md', 'c', '.d', 'ä', 'a b', '[z]', '!e', '#f', 'a\\b'] as const

/** Names that mean something to a regular expression. */
const ODD_NAMES = ['a+b', '(c)', 'c^d', 'a|b', 'a{2}', 'a$'] as const

/** The files of the tree. */
export const IGNORE_PATHS: readonly string[] = [
  ...[...NAMES, ...ODD_NAMES],
  ...['d/a', 'd/b.md', 'd/ab', 'd/e/a', 'd/e/b.md', 'd/e/f/a', 'd/e/f/aab', 'd/e/f/c', 'd/(c)/a', 'd/a+b/c', 'd/ä/a.b'],
  ...['aa/b/c/d/a', 'aa/b/c/d/b.md', 'aa/b/c/a.b', 'aa/b/ab', 'aa/e/a b', 'e/a/a/a/a', 'e/a/b/a/b', 'e/b/a', 'e/[z]/c'],
]

const EMPTY_FOLDERS = ['empty', 'd/empty', 'aa/empty/e']

/** Writes a tree of files, links and folders with names of all kinds. */
export function writeIgnoreTree(folder: string): void {
  for (const path of EMPTY_FOLDERS) mkdirSync(join(folder, path), { recursive: true })
  for (const path of IGNORE_PATHS) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), path)
  }
  symlinkSync('nowhere', join(folder, 'link'))
  symlinkSync('../none', join(folder, 'e/link'))
}

const either = <T>(...values: readonly T[]) => fc.constantFrom(...values)

const weighted = <T>(...choices: readonly (readonly [number, fc.Arbitrary<T>])[]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** Part of a name, as a pattern has it. */
const piece = weighted(
  [60, either('a', 'b', 'c', 'd', 'e', 'ab', 'a.b', '.md', '.', 'ä', ' ', '\\+', '\\(', '\\[z\\]', '!', '#')],
  [60, either('*', '*', '?', '**')],
  [15, either('[a-c]', '[^a]', '[ab]', '[!a]', '[\\]a]', '[.+(]', '\\*', '\\\\', '$')],
  [1, either('\\a', '\\d', '+', '^', '(c)', '{2}', '|', '[[:alpha:]]', '[*]')],
)

const name = weighted(
  [45, either('d', 'e', 'aa', 'a', 'b', 'c', 'f', 'empty', 'link', ...NAMES)],
  [45, fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))],
  [30, either('*', '**', '*.md', '?', '.', '..')],
  [1, either(...ODD_NAMES)],
)

const START = either('', '', '', '/', './', '**/', '!', '!', '!', '!**/', '! /', '/!')
const END = either('', '', '', '/', '/**', '/*', '\r', '  ')

const pattern = fc
  .tuple(START, fc.array(name, { minLength: 1, maxLength: 4 }), END)
  .map(([start, names, end]) => `${start}${names.join('/')}${end}`)

const line = weighted([9, pattern], [1, either('', '#a', '*', '**', ' a ', '!a', '\ta\u0085', '*\n!b')])

/** Texts of ignore files. */
export const ignoreFiles = fc
  .tuple(either('', '', '', '\uFEFF', '# comment\n'), fc.array(line, { minLength: 1, maxLength: 6 }))
  .map(([start, lines]) => `${start}${lines.join('\n')}`)
