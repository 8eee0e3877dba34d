import type { Document } from 'yaml'
import {
  isAlias,
  isMap,
  isScalar,
  type LineCounter,
  type Pair,
  type ParsedNode,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'

export type ParsedMap = YAMLMap.Parsed<ParsedNode, ParsedNode | null>
export type ParsedPair = Pair<ParsedNode, ParsedNode | null>

export interface StepInput {
  /** The name as written in the step. */
  readonly name: string
  readonly pair: ParsedPair
  /** The text of a scalar; `undefined` for anything else. */
  readonly value: string | undefined
  /** Its value has an anchor: other parts of the file may use it. */
  readonly anchored: boolean
}

/** A step of a workflow or of a composite action that uses an action by its repository. */
export interface Step {
  readonly map: ParsedMap
  readonly uses: Scalar.Parsed
  /** `owner/name`, with its path if any, in lowercase, because GitHub ignores case. */
  readonly action: string
  readonly ref: string
  readonly id: string | undefined
  readonly with: ParsedPair | undefined
  /** By name in lowercase, because the runner ignores case. */
  readonly inputs: ReadonlyMap<string, StepInput>
  /** Its `uses:` has an anchor, so other steps share it. */
  readonly sharedUses: boolean
  /** The map of inputs has an anchor, so other steps share it. */
  readonly sharedInputs: boolean
}

const USES = /^([^/@\s]+\/[^@\s]+)@(\S+)$/

/** Finds a pair of a map by the exact name of its key. */
export function pairOf(map: ParsedMap, name: string): ParsedPair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name)
}

const textOf = (node: ParsedNode | null | undefined): string | undefined =>
  isScalar(node) && node.value !== null ? String(node.source ?? node.value) : undefined

function inputsOf(map: ParsedMap | undefined): Map<string, StepInput> {
  const inputs = new Map<string, StepInput>()
  for (const pair of map?.items ?? []) {
    const name = textOf(pair.key)
    const anchored = isScalar(pair.value) && pair.value.anchor !== undefined
    if (name !== undefined) inputs.set(name.toLowerCase(), { name, pair, value: textOf(pair.value), anchored })
  }
  return inputs
}

function stepOf(map: ParsedMap, document: Document.Parsed): Step | undefined {
  const written = pairOf(map, 'uses')?.value
  const uses = isAlias(written) ? written.resolve(document) : written
  const [, action, ref] = USES.exec(textOf(uses as ParsedNode)?.trim() ?? '') ?? []
  if (!isScalar(uses) || action === undefined || ref === undefined) return undefined
  const given = pairOf(map, 'with')
  const resolved = isAlias(given?.value) ? given.value.resolve(document) : given?.value
  const inputs = isMap(resolved) ? (resolved as ParsedMap) : undefined
  return {
    map,
    uses: uses as Scalar.Parsed,
    action: action.toLowerCase(),
    ref,
    id: textOf(pairOf(map, 'id')?.value),
    with: given,
    inputs: inputsOf(inputs),
    sharedUses: uses.anchor !== undefined,
    sharedInputs: isAlias(given?.value) || inputs?.anchor !== undefined,
  }
}

/** All steps of a document that use an action by its repository, without duplicates, in the order of the text. */
export function stepsOf(document: Document.Parsed): Step[] {
  const steps: Step[] = []
  visit(document, {
    Map(_, map) {
      const step = stepOf(map as ParsedMap, document)
      if (step !== undefined) steps.push(step)
    },
  })
  return steps
}

/** Whether a map of the document uses merge keys. */
export function hasMergeKey(document: Document.Parsed): boolean {
  let found = false
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '<<' || key.type !== 'PLAIN') return undefined
      found = true
      return visit.BREAK
    },
  })
  return found
}

/** The line of a node, starting at 1. */
export const lineOf = (node: ParsedNode, lines: LineCounter): number => lines.linePos(node.range[0]).line
