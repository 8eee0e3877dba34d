// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles

import { Failure } from '@container-actions/core'
import { expect, test } from 'vitest'
import { checkRemoteSources } from '../../src/context/remote-sources.ts'

const SHA = 'ab'.repeat(20)

const check = (text: string, args: readonly string[] = []) => checkRemoteSources('Dockerfile', text, args)

test.each([
  ['a file', 'ADD app.tar.gz /'],
  ['a name with a variable', 'ARG V\nADD app-${V}.tar.gz ./dist/$V lib/$V.jar /x/'],
  ['a checksum', 'ADD --checksum=sha256:1234 https://example.com/a /a'],
  ['a checksum and other options', 'ADD --chown=1:1 --checksum=$SUM https://example.com/a.tar /a'],
  ['a commit', `ADD https://github.com/org/app.git#${SHA} /a\nADD git@github.com:org/app.git#${SHA}:sub /b`],
  ['a copy', 'COPY https:// /a'],
  ['a URL as the destination', 'ADD a https://example.com/'],
  ['a URL of a command', 'RUN curl https://example.com/a'],
  [
    'a text in a here-document',
    'RUN <<EOF\nADD https://example.com/a /a\nEOF\nCOPY <<-"END" /b\nADD https://example.com\n\tEND',
  ],
  ['a file in a here-document', 'ADD <<EOF /a\nADD https://example.com/a /a\nEOF'],
  ['a comment', 'FROM a\n# ADD https://example.com/a /a\nRUN a \\\n  # ADD https://example.com/a /a\n  b'],
  ['a continued command', 'RUN a \\\n  ADD https://example.com/a /a'],
  ['another escape character', '# escape=`\nRUN a `\nADD https://example.com/a /a'],
  ['a frontend of Dockerfiles', '# syntax=registry.example/docker/dockerfile:1\nFROM a'],
])('%s changes with the files alone', (_, text) => {
  check(`${text}\nCOPY . /\n`)
})

test.each([
  ['ADD https://example.com/a /a', 1, 'https://example.com/a'],
  ['FROM a\n\nadd --link HTTP://example.com/a b /a/', 3, 'HTTP://example.com/a'],
  ['FROM a\nADD a git@github.com:org/app.git#main /a', 2, 'git@github.com:org/app.git#main'],
  ['ADD ["a", "https://example.com/a b", "/a"]', 1, 'https://example.com/a b'],
  ['ADD "https://example.com/a" /a', 1, 'https://example.com/a'],
  ['ADD \\\n# comment\n\n --link \\\n https://example.com/a /a', 1, 'https://example.com/a'],
  ['ONBUILD ADD https://example.com/a /a', 1, 'https://example.com/a'],
  [`ADD https://example.com/a#${SHA} /a`, 1, `https://example.com/a#${SHA}`],
  ['RUN echo "a <<EOF"\nADD ssh://git@example.com/a /a\nEOF', 2, 'ssh://git@example.com/a'],
  ['RUN a <<EOF\nADD https://example.com/a /a', 2, 'https://example.com/a'],
  ['RUN a \\\\\nADD https://example.com/a /a', 2, 'https://example.com/a'],
  ['# escape=`\nRUN a \\\nADD https://example.com/a /a', 3, 'https://example.com/a'],
  ['# a=b\n# escape=`\nRUN a `\nADD https://example.com/a /a', 4, 'https://example.com/a'],
])('content from elsewhere is refused: %j', (text, line, source) => {
  expect(() => check(text)).toThrow(
    new Failure(
      `Input 'skip_if_exists' is 'inputs', and line ${line} of "Dockerfile" adds ${JSON.stringify(source)}, whose content may change at any time. Add '--checksum=…', or set skip_if_exists: tag.`,
    ),
  )
})

test.each(['ADD $SRC /a', 'ADD ${SRC} /a', 'ADD a h$SRC /a', 'ADD git@$SRC /a'])(
  'what a variable may name is refused: %s',
  (text) => {
    expect(() => check(text)).toThrow(/adds ".*\$.*", .* Use COPY if it is a file, or add '--checksum=…', or set/)
  },
)

test('the language of another frontend is not known', () => {
  const line =
    /"Dockerfile" is for the frontend "org\/frontend:1", so it is not known what it downloads\. Set skip_if_exists: tag\.$/
  expect(() => check('# syntax = org/frontend:1\nFROM a')).toThrow(line)
  expect(() => check('FROM a', ['A=b', 'BUILDKIT_SYNTAX=org/frontend:1'])).toThrow(line)
  check('# syntax=org/frontend:1\nFROM a', ['BUILDKIT_SYNTAX=docker/dockerfile:1'])
})
