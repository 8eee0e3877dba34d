import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DialError, dialStdio } from '../../src/docker-daemon/dial-stdio.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dial-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const { signal } = new AbortController()

/** A docker command that does what a script says. */
function docker(script: string): Record<string, string> {
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { PATH: `${folder}:${process.env['PATH']}`, INPUT_SECRET: 'secret' }
}

describe('dialStdio', () => {
  it('carries what is written and what comes back, with the flags as they are', async () => {
    const env = docker('echo "$@ <$INPUT_SECRET>"; exec cat')
    const stream = dialStdio(['--host', 'ssh://a b'], env, signal).setEncoding('utf8')
    let came = ''
    stream.on('data', (text: string) => {
      came += text
    })
    stream.write('ping')
    while (!came.includes('ping')) await once(stream, 'data')
    expect(came).toBe('--host ssh://a b system dial-stdio <>\nping')
    stream.destroy()
    await once(stream, 'close')
  })

  it('fails with what the command said', async () => {
    const stream = dialStdio([], docker('echo "no route" >&2; exit 3'), signal)
    const [error] = await once(stream, 'error')
    expect(error).toBeInstanceOf(DialError)
    expect(error).toMatchObject({ code: 'EDIAL', message: 'docker system dial-stdio ended with status 3: no route' })
  })

  it('fails where there is no docker command', async () => {
    const [error] = await once(dialStdio([], { PATH: folder }, signal), 'error')
    expect(error).toMatchObject({ code: 'ENOENT' })
  })

  it('ends the command with the signal', async () => {
    const cancel = new AbortController()
    const stream = dialStdio([], docker('exec sleep 600'), cancel.signal)
    const failed = once(stream, 'error')
    cancel.abort()
    expect((await failed)[0]).toBeInstanceOf(DialError)
  })
})
