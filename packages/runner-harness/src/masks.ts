/**
 * Values that the log must not show, with their common encodings, as in the runner's secret masker (actions/runner
 * src/Sdk/DTLogging: SecretMasker.cs, ValueEncoders.cs).
 */
export class Masks {
  readonly #values = new Set<string>()
  readonly #hidden = new Set<string>()

  add(value: string): void {
    if (value === '' || this.#values.has(value)) return
    this.#values.add(value)
    this.#hidden.add(value)
    for (const form of encodings(value)) if (form !== '') this.#hidden.add(form)
  }

  /** Adds the whole value and each of its lines, because child processes print line by line. */
  addLines(value: string): void {
    this.add(value)
    for (const line of value.split(/[\r\n]+/)) this.add(line.trim())
  }

  /** Overlapping and adjacent matches become one `***`. */
  mask(text: string): string {
    const finds = [...this.#hidden].flatMap((hidden) => occurrences(text, hidden)).sort((a, b) => a.start - b.start)
    let masked = ''
    let shown = 0
    for (const [index, find] of finds.entries()) {
      if (index === 0 || find.start > shown) masked += `${text.slice(shown, find.start)}***`
      shown = Math.max(shown, find.end)
    }
    return masked + text.slice(shown)
  }
}

function occurrences(text: string, hidden: string): { start: number; end: number }[] {
  const found = []
  for (let start = text.indexOf(hidden); start >= 0; start = text.indexOf(hidden, start + 1)) {
    found.push({ start, end: start + hidden.length })
  }
  return found
}

function encodings(value: string): string[] {
  return [
    ...base64Forms(value),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    JSON.stringify(value).slice(1, -1),
    uriForm(value),
    xmlForm(value),
    value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '',
    ...ampersandParts(value).filter((part) => part.length >= 6),
  ]
}

/** Base64 without padding, plain and URL-safe, for each of the three possible alignments in a longer text. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((offset) => {
    const rest = bytes.subarray(offset)
    return [rest.toString('base64').replace(/=+$/, ''), rest.toString('base64url')]
  })
}

/** Percent-encoded as in .NET, which also encodes `!'()*`. */
export function uriForm(value: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, percent)
}

function xmlForm(value: string): string {
  const names: Record<string, string> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '&': '&amp;' }
  return value.replace(/[<>"'&]/g, (character) => names[character] ?? character)
}

/** PowerShell prints a failed command in two colors, split after an ampersand. */
function ampersandParts(value: string): string[] {
  const plus = value.indexOf('&+')
  if (plus >= 0) return [value.slice(0, plus + 2), value.slice(plus + 3)]
  const last = value.lastIndexOf('&')
  return last < 0 ? [] : [value.slice(0, last + 1), value.slice(last + 1)]
}
