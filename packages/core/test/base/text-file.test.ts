import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { readText } from '../../src/base/text-file.ts'
import { readContext } from '../../src/docker-daemon/context.ts'
import { readDockerConfig } from '../../src/docker-login/config-file.ts'
import { endJobLogins } from '../../src/docker-login/job-logins.ts'
import { readEvent } from '../../src/github/event.ts'
import { removeLeftFolders } from '../../src/step/temporary-folders.ts'
import { memoryJob } from '../../src/testing.ts'
import { testFolder } from '../support/folder.ts'

const UTF8 = [0xef, 0xbb, 0xbf]

function fileWith(...parts: readonly (string | readonly number[])[]): string {
  const file = join(testFolder(), 'file')
  writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part as string))))
  return file
}

describe('the text of a file', () => {
  test.each([
    ['plain', []],
    ['with a byte order mark', UTF8],
  ])('%s', (_, mark) => {
    expect(readText(fileWith(mark, '{"a": "ü"}'))).toBe('{"a": "ü"}')
  })

  test.each([
    [[0xff, 0xfe, 0x7b, 0x00], 'it is encoded in UTF-16; save it in UTF-8'],
    [[0xfe, 0xff, 0x00, 0x7b], 'it is encoded in UTF-16; save it in UTF-8'],
    [[0x7b, 0xfc, 0x7d], 'it is not encoded in UTF-8'],
  ])('that begins with %j is refused', (bytes, problem) => {
    expect(() => readText(fileWith(bytes))).toThrow(problem)
  })

  test('that has no end is refused: a pipe, a device', () => {
    const pipe = join(testFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => readText(pipe)).toThrow('it is a pipe, not a file')
    expect(() => readText('/dev/zero')).toThrow('it is a device, not a file')
    expect(readText('/dev/null')).toBe('')
  })

  test('is kept where a mark stands further in', () => {
    expect(readText(fileWith('a\ufeffb'))).toBe('a\ufeffb')
  })
})

/** What a file from outside may hold: nearly what is expected, or anything. */
const content = fc.oneof(
  fc.json().map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.concat([Buffer.from(UTF8), Buffer.from(text)])),
  fc.json().map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  fc.json().map((text) => Buffer.from(text.slice(0, -1))),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
)

/** Runs `read`, which may throw nothing but a line for the reader of the job. */
function oneLine(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    expect((error as Failure).message).not.toMatch(/\n|\bat .*:\d+:\d+/)
  }
}

describe('a file from outside is read, or told in one line', () => {
  function check(read: (file: string) => unknown): void {
    const file = join(testFolder(), 'config.json')
    fc.assert(
      fc.property(content, (bytes) => {
        writeFileSync(file, bytes)
        oneLine(() => read(file))
      }),
    )
  }

  test("Docker's configuration", () => check(readDockerConfig))

  test('the event', () => check((file) => readEvent({ GITHUB_EVENT_PATH: file })))

  test("Docker's context", () => {
    const folder = testFolder()
    // The digest of the name 'x'.
    const meta = join(
      folder,
      'contexts/meta/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881/meta.json',
    )
    mkdirSync(dirname(meta), { recursive: true })
    fc.assert(
      fc.property(content, (bytes) => {
        writeFileSync(meta, bytes)
        const found = readContext(folder, 'x')
        if (typeof found === 'string') expect(found).toMatch(/^The docker context 'x' (?:cannot be read|has no docker)/)
      }),
    )
  })
})

test('state of a step that is anything is at most one line each, and nothing is removed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (state) => {
      const job = memoryJob({ RUNNER_TEMP: '/nonexistent', HOME: '/nonexistent' })
      for (const name of ['temporaryFolders', 'dockerLogin']) job.runner.saveState(name, state)
      removeLeftFolders(job)
      await endJobLogins(job)
      expect(job.told.lines.length).toBeLessThanOrEqual(2)
      for (const line of job.told.lines) expect(line).toMatch(/^warning: The (?:state|folder) .*\.$/)
    }),
  )
})
