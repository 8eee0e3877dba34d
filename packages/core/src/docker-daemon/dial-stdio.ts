import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { childEnvironment, type Environment } from '../base/environment.ts'

/** How much of what the command said about its end is kept, in characters. */
const SAID = 1_000

/** The command that carried the connection ended. */
export class DialError extends Error {
  /** `ENOENT` where there is no docker command; else `EDIAL`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * A connection to a Docker daemon that only the docker CLI can reach (`ssh://` and what else it knows): the standard
 * input and output of `docker FLAGS system dial-stdio`. When the command ends by itself, the stream fails with a
 * `DialError` that says what the command said; the command ends with the stream and with `signal`.
 */
export function dialStdio(flags: readonly string[], env: Environment, signal: AbortSignal): Duplex {
  const child = spawn('docker', [...flags, 'system', 'dial-stdio'], { env: childEnvironment(env), signal })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID)
  })
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => void child.stdin.write(chunk, () => done()),
    final: (done) => void child.stdin.end(() => done()),
    destroy(error, done) {
      child.kill()
      done(error)
    },
  })
  child.stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) child.stdout.pause()
  })
  // The end of the command's input and output is only a part of its own end, which says more.
  child.stdin.on('error', () => undefined)
  child.on('error', (error: NodeJS.ErrnoException) => {
    stream.destroy(new DialError(error.code === 'ENOENT' ? 'ENOENT' : 'EDIAL', error.message))
  })
  child.on('close', (status, name) => {
    const end = status === null ? `was ended by ${name}` : `ended with status ${status}`
    stream.destroy(new DialError('EDIAL', `docker system dial-stdio ${end}: ${said.trim() || 'it said nothing'}`))
  })
  return stream
}
