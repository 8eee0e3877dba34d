import { visible } from './visible.ts'

/** A name that must not reach a shell as code, and the outputs that contain it. */
export interface UnsafeName {
  readonly name: string
  readonly outputs: readonly string[]
}

/**
 * Letters, marks, digits and symbols of all scripts, and the ASCII punctuation that has no meaning within a word in sh,
 * PowerShell and cmd. Quotes and dashes outside ASCII are excluded, because PowerShell interprets them.
 */
const HARMLESS = /^[\p{L}\p{M}\p{N}\p{So}._/@+=%#-]*$/u

/** At the start of a word, these introduce an option or a comment. */
const LEADING = /^[-#]/

export const isUnsafe = (name: string): boolean => !HARMLESS.test(name) || LEADING.test(name)

/** The unsafe names among some outputs, each name once. */
export function unsafeNames(outputs: readonly (readonly [output: string, name: string])[]): UnsafeName[] {
  const found = new Map<string, string[]>()
  for (const [output, name] of outputs) {
    if (isUnsafe(name)) found.set(name, [...(found.get(name) ?? []), output])
  }
  return [...found].map(([name, names]) => ({ name, outputs: names }))
}

/** The message that shows how to use such names safely. */
export function unsafeLine([first, ...others]: readonly [UnsafeName, ...UnsafeName[]]): string {
  const more = others.length === 0 ? '' : ` So do ${others.map(({ outputs }) => outputs.join(', ')).join(', ')}.`
  const output = first.outputs[0]
  return (
    `The name '${visible(first.name)}' in ${first.outputs.join(', ')} contains characters that a shell interprets.${more} ` +
    `Pass it to 'run:' only through the environment: 'env: { NAME: "\${{ steps.<id>.outputs.${output} }}" }', then "$NAME".`
  )
}
