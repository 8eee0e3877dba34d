import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** How many of the last bytes of stdout and of stderr are kept for a child whose log is shown. */
const TAIL = 4 << 20

/** Maximum size of stdout and of stderr in bytes for a child whose output is a result. */
const ANSWER = 16 << 20

/** The last bytes of a stream. */
class Tail {
  readonly #limit: number
  readonly #chunks: Buffer[] = []
  #size = 0
  #cut = false

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    this.#cut ||= this.#size > this.#limit
    while (this.#size - (this.#chunks[0]?.length ?? 0) >= this.#limit) this.#size -= this.#chunks.shift()?.length ?? 0
  }

  /** Whether anything was dropped. */
  get cut(): boolean {
    return this.#cut
  }

  /** Starts at a line if something was dropped. */
  toString(): string {
    const bytes = Buffer.concat(this.#chunks).subarray(-this.#limit)
    return bytes.subarray(this.#cut ? bytes.indexOf('\n') + 1 : 0).toString()
  }
}

/** Where the log of a child is written. */
export interface ChildLog {
  readonly stream: Writable
  /** Called with all data before it is written. */
  saw(data: Buffer): void
}

/** The output of a child. */
export interface ChildOutput {
  /** Attaches to a child that has just been created. */
  attach(child: ChildProcess): void
  /** The last bytes of a child whose log is shown; the complete output of any other. */
  texts(): { readonly stdout: string; readonly stderr: string }
  /** Whether the output of a child exceeded the limit for a result. */
  readonly excessive: boolean
}

/** The exceeded limit, for an error message. */
export const ANSWER_LIMIT = `${ANSWER >> 20} MiB`

/** Writes to the log; if the log is read more slowly, the child has to wait, unless it has exited. */
function show(data: Buffer, from: Readable, { exitCode, signalCode }: ChildProcess, { stream, saw }: ChildLog): void {
  saw(data)
  const isFree = stream.write(data)
  if (isFree || exitCode !== null || signalCode !== null) return
  from.pause()
  stream.once('drain', () => from.resume())
}

/**
 * Captures the output of a child in bounded memory.
 *
 * @param log where a child's output is shown; if absent, its output is a result
 * @param tooMuch called if a result grows too large
 */
export function childOutput(log: ChildLog | undefined, tooMuch: (child: ChildProcess) => void): ChildOutput {
  const limit = log === undefined ? ANSWER : TAIL
  const outputs = { stdout: new Tail(limit), stderr: new Tail(limit) }
  const excessive = () => log === undefined && (outputs.stdout.cut || outputs.stderr.cut)
  const listen = (child: ChildProcess, name: 'stdout' | 'stderr') => {
    const from = child[name]
    // `@actions/exec` joins partial lines and searches them again with each chunk: gigabytes of work and memory for a
    // progress bar. It is already listening when the child has started.
    from?.removeAllListeners('data').on('data', (data: Buffer) => {
      outputs[name].add(data)
      if (log !== undefined) show(data, from, child, log)
      if (excessive()) tooMuch(child)
    })
    // The remaining output must not wait, because there is only a moment left for it.
    child.once('exit', () => from?.resume())
  }
  return {
    attach(child) {
      child.once('spawn', () => {
        listen(child, 'stdout')
        listen(child, 'stderr')
      })
    },
    texts: () => ({ stdout: outputs.stdout.toString(), stderr: outputs.stderr.toString() }),
    get excessive() {
      return excessive()
    },
  }
}
