import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { childEnvironment, type Environment } from '../base/environment.ts'

/** Maximum length of the command's error output that is kept, in characters. */
const SAID = 1_000

/** The command that provided the connection has exited. */
export class DialError extends Error {
  /** `ENOENT` if there is no docker command; otherwise `EDIAL`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * A connection to a Docker daemon that only the docker CLI can reach (`ssh://` and other schemes): the standard streams
 * of `docker FLAGS system dial-stdio`. If the command exits by itself, the stream fails with a `DialError` that
 * contains its error output; the command is terminated with the stream and with `signal`.
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
  // Errors on the command's streams are part of its exit, which is more informative.
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
