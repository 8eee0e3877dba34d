import { expect, test } from 'vitest'
import { type Match, parseIgnoreRules } from '../src/ignore-rules.ts'

function ignored(text: string, path: string): boolean {
  const rules = parseIgnoreRules(text)
  let match: Match | undefined
  const parts = path.split('/')
  for (const [index] of parts.entries()) match = rules.match(parts.slice(0, index + 1).join('/'), match)
  return match?.ignored ?? false
}

test.each<[string, string[], string[]]>([
  ['a', ['a', 'a/b'], ['b/a', 'ab']],
  ['/a/', ['a'], ['b/a']],
  ['./x/../a', ['a'], ['x']],
  ['*.md', ['a.md'], ['docs/a.md', 'a.mdx']],
  ['**/*.md', ['a.md', 'docs/x/a.md'], ['a.txt']],
  ['**/node_modules', ['node_modules/x', 'a/node_modules'], ['node_modules2']],
  ['**.log', ['a.log', 'x/a.log'], ['a.logs']],
  ['a/**', ['a/b', 'a/b/c'], ['b']],
  ['a/**/z', ['a/z', 'a/b/c/z'], ['z', 'az']],
  ['?.txt', ['a.txt', 'ä.txt'], ['ab.txt', '.txt']],
  ['[a-c].txt', ['b.txt'], ['d.txt']],
  ['[^a].txt', ['b.txt'], ['a.txt']],
  ['\\*.txt', ['*.txt'], ['a.txt']],
  ['a+(b).{c}', ['a+(b).{c}'], ['aab.c']],
  ['# a\n\n  b  \n#', ['b'], ['a', '#', '# a']],
  ['\uFEFFa\r\nb', ['a', 'b'], []],
  ['*\n!a', ['b', 'a2'], ['a', 'a/b']],
  ['a\n!a/b\na/b/c', ['a/x', 'a/b/c'], ['a/b', 'a/b/d']],
  ['! a\n*.x\n!keep.x', ['a.x'], ['a', 'keep.x']],
])('the rules %j', (text, out, in_) => {
  expect([...out, ...in_].filter((path) => ignored(text, path))).toEqual(out)
})

test('a pattern that is none is an error', () => {
  expect(() => parseIgnoreRules('[b-a]')).toThrow(SyntaxError)
})
