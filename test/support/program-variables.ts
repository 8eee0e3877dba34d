import { readFileSync } from 'node:fs'

/** How the variables begin that Docker's programs have of their own. */
const OWN = /(?:DOCKER|BUILDX|BUILDKIT|COMPOSE|MOBY|EXPERIMENTAL_BUILDKIT)_/g

/** A compiler takes short constants apart into words of 8 bytes, between instructions that may look like letters. */
const WORD = 8

/**
 * What looks like the name of such a variable in a program and is none of the known ones. Go's linker writes constants one
 * after the other without an end, so that a name is known where a known one begins there and no `_` follows it.
 */
export function unknownVariables(program: string, known: readonly string[]): string[] {
  const longest = known.toSorted((one, other) => other.length - one.length)
  const isKnown = (text: string) => {
    const name = longest.find((each) => text.startsWith(each))
    return name !== undefined && text.charAt(name.length) !== '_'
  }
  const isWord = (text: string) =>
    text.length < WORD * 1.5 && known.some((name) => name.startsWith(text.slice(0, WORD)))
  const texts = readFileSync(program, 'latin1').match(/[A-Z0-9_]{8,}/g) ?? []
  const names = texts.flatMap((text) => [...text.matchAll(OWN)].map(({ index }) => text.slice(index)))
  return [...new Set(names)].filter((name) => !isKnown(name) && !isWord(name)).sort()
}
