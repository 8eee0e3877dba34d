import { expect, test } from 'vitest'
import { ignoreLines } from '../../src/context/ignore-file.ts'
import { type IgnoreDialect, ignoreRulesOf, type Verdict } from '../../src/context/ignore-rules.ts'

function ignored(text: string, path: string, dialect: IgnoreDialect = 'buildkit'): boolean {
  const rules = ignoreRulesOf(ignoreLines(text), dialect)
  let verdict: Verdict | undefined
  const parts = path.split('/')
  for (const [index] of parts.entries()) verdict = rules.judge(parts.slice(0, index + 1).join('/'), verdict)
  return verdict?.ignored ?? false
}

test.each<[string, string[], string[]]>([
  ['a', ['a', 'a/b'], ['b/a', 'ab']],
  ['/a/', ['a'], ['b/a']],
  ['./x/../a', ['a'], ['x']],
  ['/../a', ['a'], ['b/a']],
  ['*.md', ['a.md'], ['docs/a.md', 'a.mdx']],
  ['**/*.md', ['a.md', 'docs/x/a.md'], ['a.txt']],
  ['**/node_modules', ['node_modules/x', 'a/node_modules'], ['node_modules2']],
  ['**.log', ['a.log', 'x/a.log'], ['a.logs']],
  ['a/**', ['a/b', 'a/b/c'], ['b']],
  ['a/**/z', ['a/z', 'a/b/c/z'], ['z', 'az']],
  ['?.txt', ['a.txt', 'ä.txt', '𝒂.txt'], ['ab.txt', '.txt']],
  ['[a-c].txt', ['b.txt'], ['d.txt']],
  ['[^a].txt', ['b.txt'], ['a.txt']],
  ['\\*.txt', ['*.txt'], ['a.txt']],
  ['a+(b).[c]', ['a+(b).c'], ['aab.c']],
  ['# a\n\n  b  \n#', ['b'], ['a', '#', '# a']],
  ['\uFEFFa\r\nb', ['a', 'b'], []],
  ['*\n!a', ['b', 'a2'], ['a', 'a/b']],
  ['a\n!a/b\na/b/c', ['a/x', 'a/b/c'], ['a/b', 'a/b/d']],
  ['! a\n*.x\n!keep.x', ['a.x'], ['a', 'keep.x']],
  ['*\n/!a', ['b'], ['a']],
])('the rules %j', (text, out, in_) => {
  expect([...out, ...in_].filter((path) => ignored(text, path))).toEqual(out)
})

test.each([
  // A name at the end, wherever it is, is new.
  ['**.log', 'a.log', [false, true]],
  // Old clients look at one folder above alone.
  ['**/x\n!none', 'a/b/x/y', [false, true]],
  // What a regular expression gives a meaning to leaves everything in.
  ['a+', 'a+', [false, true]],
  ['*{2}\nb', 'b', [false, false]],
  ['\\d\nb', 'b', [false, false]],
  ['[[:alpha:]]\nb', 'b', [false, false]],
] as const)('clients differ: %j says of %s', (text, path, verdicts) => {
  expect([ignored(text, path, 'old-buildkit'), ignored(text, path)]).toEqual(verdicts)
})

test.each([
  ['[b-a]', 'Line 1, "[b-a]", has a range without an end in its brackets.'],
  ['a\n\n[a', 'Line 3, "[a", opens a bracket that is not closed.'],
  ['[]a]', 'Line 1, "[]a]", opens a bracket that is not closed.'],
  ['[^]', 'Line 1, "[^]", has nothing in its brackets.'],
  ['a\\', 'Line 1, "a\\\\", ends with a backslash.'],
  ['b\n! ', 'Line 2 is "!" without a pattern.'],
  ['!/', 'Line 1 is "!" without a pattern.'],
])('a pattern that Docker refuses is an error: %j', (text, line) => {
  expect(() => ignoreRulesOf(ignoreLines(text), 'buildkit')).toThrow(new SyntaxError(line))
})

/** How much is compared to find that a path does not match. */
function effort(pattern: string, path: string, dialect: IgnoreDialect): number {
  const rules = ignoreRulesOf(ignoreLines(pattern), dialect)
  const above = { ignored: false, entered: true, matched: [] }
  expect(rules.judge(path, above).ignored).toBe(false)
  return rules.effort.steps
}

/** Each is written twice as long as before, in a pattern that a backtracking matcher would be lost in. */
test.each<[string, (size: number) => [string, string]]>([
  ['the stars of a pattern', (size) => [`${'*a'.repeat(size)}*b*c`, 'a'.repeat(40)]],
  ['the name', (size) => [`${'*a'.repeat(12)}*b*c`, 'a'.repeat(size)]],
  ['the folders of a pattern', (size) => [`${'**/a/'.repeat(size)}b/?`, 'a/'.repeat(40)]],
  ['the folders of a path', (size) => [`${'**/a/'.repeat(12)}b/?`, 'a/'.repeat(size)]],
  ['the places of a class', (size) => [`${'[ab]*'.repeat(size)}c?`, 'ab'.repeat(40)]],
  ['a plain pattern', (size) => [`${'a'.repeat(size)}b`, 'a'.repeat(40)]],
])('the work grows no faster than %s', (_, written) => {
  for (const dialect of ['old-buildkit', 'classic', 'buildkit'] as const) {
    const steps = [32, 64, 128, 256].map((size) => effort(...written(size), dialect))
    for (const [index, step] of steps.slice(1).entries()) {
      expect(step / (steps[index] ?? 0), `${dialect}: ${steps}`).toBeLessThan(2.5)
    }
    const [pattern, path] = written(256)
    expect(steps.at(-1)).toBeLessThanOrEqual(2 * (pattern.length + 2) * (path.length + 2))
  }
})
