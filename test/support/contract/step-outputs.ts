import { parse } from 'yaml'

/** Steps that see each other's outputs, and what may ask for them: a job, or a composite action. */
interface Scope {
  readonly steps?: readonly { readonly id?: string; readonly uses?: string }[]
}

function scopesOf(text: string): Scope[] {
  const document = parse(text)
  if (document?.runs) return [{ ...document, steps: document.runs.steps }]
  return Object.values(document?.jobs ?? {})
}

/**
 * What a workflow or composite action takes from steps with our actions although they do not set it. GitHub's parser
 * leaves that open, and an expression that asks for it is empty.
 *
 * @param outputsOf the outputs of an action, by its name
 */
export function unknownOutputs(text: string, outputsOf: (action: string) => readonly string[]): string[] {
  return scopesOf(text).flatMap((scope) => {
    const actions = new Map(
      scope.steps?.flatMap(({ id, uses }) => {
        const [, action] = /^org\/actions\/([\w-]+)@/.exec(uses ?? '') ?? []
        return id === undefined || action === undefined ? [] : [[id, action] as const]
      }),
    )
    return [...JSON.stringify(scope).matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)].flatMap(
      ([, id = '', output = '']) => {
        const action = actions.get(id)
        return action === undefined || outputsOf(action).includes(output)
          ? []
          : [`${action} has no output '${output}'.`]
      },
    )
  })
}
