import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** Bytes of stdout and of stderr that are kept of a child whose log is shown: its last ones. */
const TAIL = 4 << 20

/** Bytes that stdout and stderr may each have of a child whose output is an answer. */
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

  /** Whether something was dropped. */
  get cut(): boolean {
    return this.#cut
  }

  /** From the beginning of a line, where something was dropped. */
  toString(): string {
    const bytes = Buffer.concat(this.#chunks).subarray(-this.#limit)
    return bytes.subarray(this.#cut ? bytes.indexOf('\n') + 1 : 0).toString()
  }
}

/** Where the log of a child goes. */
export interface ChildLog {
  readonly stream: Writable
  /** Is told of everything before it is written. */
  saw(data: Buffer): void
}

/** What a child prints. */
export interface ChildOutput {
  /** Listens to a child that has just been made. */
  attach(child: ChildProcess): void
  /** The last bytes of a child that is shown; all of another. */
  texts(): { readonly stdout: string; readonly stderr: string }
  /** Whether a child that is not shown printed more than an answer has. */
  readonly excessive: boolean
}

/** How much a child printed that was ended for it, for a message. */
export const ANSWER_LIMIT = `${ANSWER >> 20} MiB`

/** Writes into the log; where that is not read as fast, the child has to wait, if it has not ended. */
function show(data: Buffer, from: Readable, { exitCode, signalCode }: ChildProcess, { stream, saw }: ChildLog): void {
  saw(data)
  const isFree = stream.write(data)
  if (isFree || exitCode !== null || signalCode !== null) return
  from.pause()
  stream.once('drain', () => from.resume())
}

/**
 * Keeps what a child prints, in bounded memory.
 *
 * @param log is where a child is shown; without it, what the child prints is an answer
 * @param tooMuch is called when an answer grows too long
 */
export function childOutput(log: ChildLog | undefined, tooMuch: (child: ChildProcess) => void): ChildOutput {
  const limit = log === undefined ? ANSWER : TAIL
  const outputs = { stdout: new Tail(limit), stderr: new Tail(limit) }
  const excessive = () => log === undefined && (outputs.stdout.cut || outputs.stderr.cut)
  const listen = (child: ChildProcess, name: 'stdout' | 'stderr') => {
    const from = child[name]
    // `@actions/exec` joins what has no newline yet and searches it again with each chunk: gigabytes of work and memory
    // for a progress bar. It listens already when the child has started.
    from?.removeAllListeners('data').on('data', (data: Buffer) => {
      outputs[name].add(data)
      if (log !== undefined) show(data, from, child, log)
      if (excessive()) tooMuch(child)
    })
    // The little that it has left behind must not wait, as it has a moment only.
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
