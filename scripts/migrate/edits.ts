import { isMap, isScalar, type ParsedNode, stringify } from 'yaml'
import type { ParsedMap, ParsedPair, Step } from './step.ts'
import type { Change } from './translation.ts'

/** A range of the text and its replacement. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Applies all edits, which must not overlap; duplicates count once. Keeps the newline style. */
export function edited(text: string, edits: readonly Edit[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const unique = new Map(edits.map((edit) => [`${edit.from} ${edit.to} ${edit.text}`, edit]))
  const sorted = [...unique.values()].sort((a, b) => a.from - b.from || a.to - b.to)
  const pieces = sorted.flatMap(({ from, text: instead }, index) => [
    text.slice(sorted[index - 1]?.to ?? 0, from),
    instead.replaceAll('\n', newline),
  ])
  return [...pieces, text.slice(sorted.at(-1)?.to ?? 0)].join('')
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

const indentation = (text: string, at: number): string => text.slice(lineStart(text, at), at).replaceAll(/[^ \t]/g, ' ')

/** The end of a value, without the newline that belongs to a block scalar. */
function valueEnd(text: string, { range: [, end] }: ParsedNode): number {
  if (text[end - 1] !== '\n') return end
  return text[end - 2] === '\r' ? end - 2 : end - 1
}

const start = (pair: ParsedPair): number => pair.key.range[0]
const end = (pair: ParsedPair): number => (pair.value ?? pair.key).range[1]

/**
 * Removes whole lines of a block pair; a pair that ends with a block scalar already includes its last newline. In a
 * flow mapping, a pair is removed together with the comma before it, or after it if no earlier pair remains.
 */
function removal(text: string, pair: ParsedPair, map: ParsedMap, removed: readonly ParsedPair[]): Edit {
  if (map.flow) {
    const index = map.items.indexOf(pair)
    const [before, after] = [map.items[index - 1], map.items[index + 1]]
    const first = map.items.slice(0, index).every((other) => removed.includes(other))
    return first || before === undefined
      ? { from: start(pair), to: after === undefined ? end(pair) : start(after), text: '' }
      : { from: end(before), to: end(pair), text: '' }
  }
  const last = end(pair)
  return { from: lineStart(text, start(pair)), to: text[last - 1] === '\n' ? last : lineEnd(text, last), text: '' }
}

/**
 * Formats a value with its original quotes if possible; adds quotes to a plain value that YAML would read differently.
 */
function written(node: ParsedNode | null, value: string, indent: string): string {
  const type = isScalar(node) ? node.type : undefined
  if (type === 'QUOTE_SINGLE') return `'${value.replaceAll("'", "''")}'`
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(value)
  if (!value.includes('\n')) return stringify(value, { lineWidth: 0 }).trimEnd()
  return `|\n${value
    .split('\n')
    .map((line) => `${indent}  ${line}\n`)
    .join('')}`
}

function changeEdit(text: string, map: ParsedMap, change: Change, removed: readonly ParsedPair[]): Edit | undefined {
  if (change.kind === 'add') return undefined
  const { pair } = change.input
  if (change.kind === 'remove') return removal(text, pair, map, removed)
  const [from, to] = pair.key.range
  if (change.kind === 'rename') return { from, to, text: change.to }
  const value = pair.value
  if (value === null) return undefined
  const instead = written(value, change.to, indentation(text, start(pair)))
  // A block scalar includes its last newline.
  const newline = text[value.range[1] - 1] === '\n' && !instead.endsWith('\n') ? '\n' : ''
  return { from: value.range[0], to: value.range[1], text: `${instead}${newline}` }
}

/** Adds new inputs before the first one that remains, or in a new `with:` after `uses:`. */
function additions(text: string, step: Step, map: ParsedMap | undefined, changes: readonly Change[]): Edit[] {
  const added = changes.flatMap((change) => (change.kind === 'add' ? [change] : []))
  if (added.length === 0) return []
  const first = map?.items[0]
  if (map?.flow && first !== undefined) {
    const words = added.map(({ name, value }) => `${name}: ${JSON.stringify(value)}, `).join('')
    return [{ from: start(first), to: start(first), text: words }]
  }
  const lines = (indent: string) =>
    added
      .map(({ name, value }) => `${indent}${name}: ${written(null, value, indent)}`)
      .map((line) => `${line.trimEnd()}\n`)
  if (first !== undefined) {
    const at = lineStart(text, start(first))
    return [{ from: at, to: at, text: lines(indentation(text, start(first))).join('') }]
  }
  const key = step.map.items.find(({ value }) => value === step.uses)
  const indent = indentation(text, key === undefined ? step.uses.range[0] : start(key))
  const at = lineEnd(text, valueEnd(text, step.uses))
  const line = text[at - 1] === '\n' ? '' : '\n'
  return [{ from: at, to: at, text: `${line}${indent}with:\n${lines(`${indent}  `).join('')}` }]
}

/** Other parts of the file use the value of an input as well, and the change would remove it. */
const isShared = (change: Change): boolean =>
  (change.kind === 'remove' || change.kind === 'value') && change.input.anchored

/** The edits of a step's inputs; `undefined` if its form does not allow them. */
export function inputEdits(text: string, step: Step, changes: readonly Change[]): Edit[] | undefined {
  if (changes.length === 0) return []
  const value = step.with?.value
  const map = isMap(value) ? (value as ParsedMap) : undefined
  if (step.sharedInputs || step.map.flow || (step.with !== undefined && map === undefined)) return undefined
  if (changes.some(isShared)) return undefined
  const removed = changes.flatMap((change) => (change.kind === 'remove' ? [change.input.pair] : []))
  const empty = map?.items.every((pair) => removed.includes(pair)) ?? false
  if (step.with !== undefined && map !== undefined && empty) {
    const key = text.slice(lineStart(text, start(step.with)), start(step.with))
    if (key.trim() !== '') return undefined
    return [removal(text, step.with, step.map, []), ...additions(text, step, undefined, changes)]
  }
  const edits = changes.flatMap((change) => (map === undefined ? [] : (changeEdit(text, map, change, removed) ?? [])))
  return [...edits, ...additions(text, step, map, changes)]
}

const VERSION_COMMENT = /^[ \t]*#[ \t]*(?:tag=|pin@|ratchet:\S+@)?(v?\d[\w.+-]*)[ \t]*(?=\r?\n|$)/

/** The version in the comment after the ref, or the ref itself if it is a version. */
export function versionOf(text: string, { uses, ref }: Step): string | undefined {
  const [, comment] = VERSION_COMMENT.exec(text.slice(valueEnd(text, uses))) ?? []
  return comment ?? (/^v?\d+(?:\.\d+)*$/.test(ref) ? ref : undefined)
}

/** The edit of `uses:` itself; a comment with the old version is removed, or updated to the new one. */
export function usesEdit(text: string, { uses }: Step, reference: string, version: string | undefined): Edit {
  const [from, to] = [uses.range[0], valueEnd(text, uses)]
  const quote = uses.type === 'QUOTE_SINGLE' ? "'" : uses.type === 'QUOTE_DOUBLE' ? '"' : ''
  const [comment = ''] = VERSION_COMMENT.exec(text.slice(to)) ?? []
  const room = /^[ \t]*(?=\r?\n|$)/.test(text.slice(to)) || comment !== ''
  const behind = version === undefined || !room ? '' : ` # ${version}`
  return { from, to: to + comment.length, text: `${quote}${reference}${quote}${behind}` }
}
