/** Whether a character, given by its code point, matches at this position. */
export type CharacterTest = (code: number) => boolean

/** The parts of a glob, in order. */
export type GlobPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one'; readonly test: CharacterTest }
  /** Any number of characters that the test accepts. */
  | { readonly kind: 'many'; readonly test: CharacterTest }
  /** Nothing, or any number of characters that the test accepts, followed by a slash. */
  | { readonly kind: 'folders'; readonly test: CharacterTest }

/** Counts the work of matching, in compared characters. */
export interface Effort {
  steps: number
}

/** One state of the automaton: what it accepts, and where it goes from there. */
interface State {
  readonly test: CharacterTest
  /** Accepting a character does not leave this state. */
  readonly loops: boolean
  /** States that are entered together with this one. */
  readonly free: readonly number[]
  /** Entered after an accepted character; `onSlash` only after a slash. */
  readonly next: number | undefined
  readonly onSlash: number | undefined
}

const SLASH = 0x2f

const codesOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) as number)

function statesOf(parts: readonly GlobPart[]): readonly State[] {
  const states: State[] = []
  const plain = { loops: false, free: [], onSlash: undefined }
  for (const part of parts) {
    const at = states.length
    if (part.kind === 'text') {
      for (const code of codesOf(part.text)) {
        states.push({ ...plain, test: (other) => other === code, next: states.length + 1 })
      }
    } else if (part.kind === 'one') states.push({ ...plain, test: part.test, next: at + 1 })
    else if (part.kind === 'many') {
      states.push({ ...plain, test: part.test, loops: true, free: [at + 1], next: undefined })
    } else {
      // The first state accepts nothing itself: it represents no folder, and the first one.
      states.push({ ...plain, test: () => false, free: [at + 1, at + 2], next: undefined })
      states.push({ ...plain, test: part.test, loops: true, next: undefined, onSlash: at + 2 })
    }
  }
  return states
}

/** A set of states that can be cleared at no cost. */
class StateSet {
  readonly members: number[] = []
  readonly #entered: Int32Array
  readonly #states: readonly State[]
  #round = 0

  constructor(states: readonly State[]) {
    this.#states = states
    this.#entered = new Int32Array(states.length + 1)
  }

  clear(): void {
    this.members.length = 0
    this.#round++
  }

  add(state: number | undefined): void {
    if (state === undefined || this.#entered[state] === this.#round) return
    this.#entered[state] = this.#round
    this.members.push(state)
    for (const other of this.#states[state]?.free ?? []) this.add(other)
  }
}

/**
 * Compiles a glob to an automaton that inspects each character of a path once, for all positions of the glob at the
 * same time: the work grows with the product of both lengths for any glob. A backtracking regular expression takes
 * exponential time.
 *
 * https://swtch.com/~rsc/regexp/regexp1.html
 */
export function compileGlob(parts: readonly GlobPart[]): (path: string, effort: Effort) => boolean {
  const [first, last] = [parts[0], parts.at(-1)]
  const prefix = first?.kind === 'text' ? first.text : ''
  const suffix = last?.kind === 'text' ? last.text : ''
  const states = statesOf(parts)
  const end = states.length
  let [now, next] = [new StateSet(states), new StateSet(states)]

  function step(code: number): void {
    next.clear()
    for (const at of now.members) {
      const state = states[at]
      if (state === undefined || !state.test(code)) continue
      if (state.loops) next.add(at)
      next.add(state.next)
      if (code === SLASH) next.add(state.onSlash)
    }
    ;[now, next] = [next, now]
  }

  return (path, effort) => {
    effort.steps += prefix.length + suffix.length + 1
    if (!path.startsWith(prefix) || !path.endsWith(suffix)) return false
    now.clear()
    now.add(0)
    for (const character of path) {
      if (now.members.length === 0) return false
      effort.steps += now.members.length
      step(character.codePointAt(0) as number)
    }
    return now.members.includes(end)
  }
}
