import type { Masks } from './masks.ts'

export type Level = 'error' | 'warning' | 'notice'

/** An annotation as GitHub shows it above the job and next to the code. All texts are masked. */
export interface Annotation {
  readonly level: Level
  readonly message: string
  readonly title?: string
  readonly file?: string
  readonly line?: string
  readonly endLine?: string
  readonly col?: string
  readonly endColumn?: string
}

export interface Group {
  readonly title: string
  readonly lines: string[]
}

/** Maximum per level and step; the rest is only logged (actions/runner ExecutionContext, `_maxCountPerIssueType`). */
const MAX_ANNOTATIONS = 10
/**
 * Maximum length in characters; longer messages are truncated (actions/runner ExecutionContext,
 * `_maxIssueMessageLength`).
 */
const MAX_MESSAGE = 4096
const PLACES = ['title', 'file', 'line', 'endLine', 'col', 'endColumn'] as const

/** The log of one step as GitHub shows it: each line is masked when it is written. */
export class StepLog {
  readonly lines: string[] = []
  readonly annotations: Annotation[] = []
  readonly groups: Group[] = []
  readonly #masks: Masks
  readonly #debug: boolean
  readonly #listeners = new Set<() => void>()
  #group: Group | undefined

  /** @param debug whether debug lines are shown (ACTIONS_STEP_DEBUG) */
  constructor(masks: Masks, debug: boolean) {
    this.#masks = masks
    this.#debug = debug
  }

  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('')
  }

  output(line: string): void {
    const masked = this.#masks.mask(line)
    this.lines.push(masked)
    this.#group?.lines.push(masked)
    for (const listener of this.#listeners) listener()
  }

  debug(message: string): void {
    if (this.#debug) this.output(`##[debug]${message}`)
  }

  openGroup(title: string): void {
    this.#group = undefined
    this.output(`##[group]${title}`)
    this.#group = { title: this.#masks.mask(title), lines: [] }
    this.groups.push(this.#group)
  }

  closeGroup(): void {
    this.#group = undefined
    this.output('##[endgroup]')
  }

  issue(level: Level, message: string, properties: Readonly<Record<string, string>> = {}): void {
    if (message !== '') this.output(`##[${level}]${message}`)
    const same = this.annotations.filter((annotation) => annotation.level === level)
    if (message.trim() === '' || same.length >= MAX_ANNOTATIONS) return
    const places = Object.entries(properties).flatMap(([key, value]) => {
      const place = PLACES.find((name) => name.toLowerCase() === key.toLowerCase())
      return place === undefined ? [] : [[place, this.#masks.mask(value)]]
    })
    const text = this.#masks.mask(message).slice(0, MAX_MESSAGE)
    this.annotations.push({ level, message: text, ...Object.fromEntries(places) })
  }

  /** Calls `listener` after each line; returns a function that stops it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
