import { visible } from './visible.ts'

/** A name that must not reach a shell as text, and the outputs that hold it. */
export interface UnsafeName {
  readonly name: string
  readonly outputs: readonly string[]
}

/**
 * Letters, marks, digits and pictures of all scripts, and the ASCII punctuation that neither sh, PowerShell nor cmd
 * gives a meaning within a word. Quotes and dashes outside ASCII are not among them: PowerShell takes them for its own.
 */
const HARMLESS = /^[\p{L}\p{M}\p{N}\p{So}._/@+=%#-]*$/u

/** At the start of a word these make it an option or a comment. */
const LEADING = /^[-#]/

export const isUnsafe = (name: string): boolean => !HARMLESS.test(name) || LEADING.test(name)

/** The unsafe ones of some outputs, each name once. */
export function unsafeNames(outputs: readonly (readonly [output: string, name: string])[]): UnsafeName[] {
  const found = new Map<string, string[]>()
  for (const [output, name] of outputs) {
    if (isUnsafe(name)) found.set(name, [...(found.get(name) ?? []), output])
  }
  return [...found].map(([name, names]) => ({ name, outputs: names }))
}

/** The line that shows how such names are used without harm. */
export function unsafeLine([first, ...others]: readonly [UnsafeName, ...UnsafeName[]]): string {
  const more = others.length === 0 ? '' : ` So do ${others.map(({ outputs }) => outputs.join(', ')).join(', ')}.`
  const output = first.outputs[0]
  return (
    `The name '${visible(first.name)}' in ${first.outputs.join(', ')} holds characters that a shell acts on.${more} ` +
    `Give it to 'run:' through the environment only: 'env: { NAME: "\${{ steps.<id>.outputs.${output} }}" }', then "$NAME".`
  )
}
