import { isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml'
import { Failure } from '../../packages/core/src/base/failure.ts'
import type { Release } from './release.ts'

/** The `uses:` of all steps, as nodes with their position in the text. */
function usesOf(manifest: string): Scalar<string>[] {
  const steps = parseDocument(manifest).getIn(['runs', 'steps'])
  if (!isSeq(steps)) return []
  const uses = steps.items.map((step) => (isMap(step) ? step.get('uses', true) : undefined))
  return uses.filter((node): node is Scalar<string> => isScalar(node) && typeof node.value === 'string')
}

/** The name of the sibling; `undefined` for other actions. */
function siblingOf(uses: string, file: string, siblings: readonly string[]): string | undefined {
  if (/^(\.|\$\/)/.test(uses)) {
    throw new Failure(
      `${file} has 'uses: ${uses}', which a job looks for in its own repository. Write org/actions/<name>@v1.`,
    )
  }
  if (!uses.startsWith('org/actions/')) return undefined
  const [, name] = /^org\/actions\/([\w-]+)@v\d+$/.exec(uses) ?? []
  if (name !== undefined && siblings.includes(name)) return name
  throw new Failure(
    `${file} has 'uses: ${uses}', which must be org/actions/<name>@v1 with the name of one of: ${siblings.join(', ')}.`,
  )
}

/**
 * The action.yml of a composite action, with its siblings referenced by the release's repository and exact version
 * instead of `uses: org/actions/<name>@v1` in the sources. `file` is the name for error messages, `siblings` the names
 * of all actions.
 */
export function withSiblings(
  manifest: string,
  file: string,
  siblings: readonly string[],
  { repository, version }: Release,
): string {
  let result = manifest
  for (const { value, range } of usesOf(manifest).reverse()) {
    const name = siblingOf(value, file, siblings)
    if (name === undefined || !range) continue
    result = `${result.slice(0, range[0])}${repository}/${name}@${version}${result.slice(range[1])}`
  }
  return result
}
