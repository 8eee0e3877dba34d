import { StringDecoder } from 'node:string_decoder'

/** Splits a stream of bytes into lines. LF, CR and CR LF end a line, as in .NET's StreamReader. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #onLine: (line: string) => void
  #rest = ''
  #skipLf = false

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  write(chunk: Buffer): void {
    this.#add(this.#decoder.write(chunk))
  }

  end(): void {
    this.#add(this.#decoder.end())
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }

  #add(text: string): void {
    const fresh = this.#skipLf && text.startsWith('\n') ? text.slice(1) : text
    if (text !== '') this.#skipLf = text.endsWith('\r')
    const lines = `${this.#rest}${fresh}`.split(/\r\n|\r|\n/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(line)
  }
}
