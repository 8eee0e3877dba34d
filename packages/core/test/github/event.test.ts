import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { readEvent } from '../../src/github/event.ts'

const folder = mkdtempSync(join(tmpdir(), 'event-'))
afterAll(() => rmSync(folder, { recursive: true }))

function eventFile(text: string): string {
  const file = join(folder, 'event.json')
  writeFileSync(file, text)
  return file
}

describe('readEvent', () => {
  test('reads the variables and the payload', () => {
    const event = readEvent({
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: eventFile('{"deleted": false, "repository": {"fork": true}}'),
      GITHUB_REF: 'refs/heads/feature/$(id)',
      GITHUB_REF_NAME: 'feature/$(id)',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_HEAD_REF: 'head',
      GITHUB_BASE_REF: 'base',
      GITHUB_SHA: 'b8a0d1f',
      GITHUB_REPOSITORY: 'org/app',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_API_URL: 'https://github.example/api/v3',
      GITHUB_RUN_ID: '42',
    })
    expect(event).toEqual({
      name: 'push',
      payload: { deleted: false, repository: { fork: true } },
      ref: 'refs/heads/feature/$(id)',
      refName: 'feature/$(id)',
      refType: 'branch',
      headRef: 'head',
      baseRef: 'base',
      sha: 'b8a0d1f',
      repository: 'org/app',
      serverUrl: 'https://github.example',
      apiUrl: 'https://github.example/api/v3',
      runId: '42',
    })
  })

  test.each([{}, { GITHUB_EVENT_PATH: '' }])('outside a runner, with %j, everything is empty', (env) => {
    const { payload, ...texts } = readEvent(env)
    expect(payload).toEqual({})
    expect(new Set(Object.values(texts))).toEqual(new Set(['']))
  })

  test.each(['null', '"text"', '1', '[]'])('a payload %s that is no object is empty', (text) => {
    expect(readEvent({ GITHUB_EVENT_PATH: eventFile(text) }).payload).toEqual({})
  })

  const failure = (path: string) => {
    try {
      return readEvent({ GITHUB_EVENT_PATH: path })
    } catch (error) {
      return error
    }
  }

  test('a missing file is one line with its path', () => {
    const path = join(folder, 'none.json')
    expect(failure(path)).toEqual(
      new Failure(
        `The event file in GITHUB_EVENT_PATH cannot be read: ${path}: ENOENT: no such file or directory, open '${path}'`,
      ),
    )
  })

  test('broken JSON is one line with its path, however many lines it has', () => {
    const path = eventFile('{\n  "a": 1\n  oops\n}')
    expect(failure(path)).toBeInstanceOf(Failure)
    expect(String(failure(path))).toMatch(
      /^Failure: The event file in GITHUB_EVENT_PATH cannot be read: \/\S+: Expected .* in JSON .*$/,
    )
  })
})
