import { isMap, LineCounter, parseDocument } from 'yaml'
import { branchNames } from './branch-names.ts'
import { buildPush } from './build-push.ts'
import { ecrLogin } from './ecr-login.ts'
import { type Edit, edited, inputEdits, usesEdit, versionOf } from './edits.ts'
import { lineOf, type ParsedMap, pairOf, type Step, stepsOf } from './step.ts'
import type { Surroundings, Translation } from './translation.ts'

/** How our actions are named in the result. */
export interface Naming {
  /** `owner/name`. */
  readonly repository: string
  readonly ref: string
  /** Written as a comment behind a ref that does not say it. */
  readonly version?: string | undefined
}

export interface Migration {
  readonly text: string
  /** What was not translated, and why. */
  readonly left: readonly { readonly line: number; readonly reason: string }[]
}

function translate(step: Step, text: string, around: Surroundings): Translation | undefined {
  switch (step.action) {
    case 'tj-actions/branch-names':
      return branchNames(step, versionOf(text, step))
    case 'kciter/aws-ecr-action':
      return { action: 'ecr-push', changes: [] }
    case 'aws-actions/amazon-ecr-login':
      return ecrLogin(step, around)
    case 'docker/build-push-action':
      return buildPush(step, around)
    default:
      return undefined
  }
}

/** The `env:` maps from the step outwards: its own, its job's, the file's. */
function environments(step: Step, document: ReturnType<typeof parseDocument>): ParsedMap[] {
  const [from] = step.map.range
  const maps: ParsedMap[] = []
  const look = (map: ParsedMap): void => {
    const env = pairOf(map, 'env')?.value
    if (isMap(env)) maps.unshift(env as ParsedMap)
    for (const { value } of map.items) {
      if (
        isMap(value) &&
        value.range !== undefined &&
        value.range !== null &&
        value.range[0] <= from &&
        from < value.range[2]
      ) {
        look(value as ParsedMap)
      }
    }
  }
  if (isMap(document.contents)) look(document.contents as ParsedMap)
  const own = pairOf(step.map, 'env')?.value
  return isMap(own) ? [own as ParsedMap, ...maps] : maps
}

function surroundings(
  text: string,
  steps: readonly Step[],
  step: Step,
  document: ReturnType<typeof parseDocument>,
): Surroundings {
  const envs = environments(step, document)
  const byId = (id: string) => steps.find((other) => other.id === id)
  return {
    text,
    env: (name) => {
      const value = envs.map((env) => env.get(name)).find((found) => found !== undefined)
      return typeof value === 'string' ? value : undefined
    },
    actionOf: (id) => byId(id)?.action.replace(/^.*\/.*\/(?=ecr-login$)/, ''),
    inputOf: (id, input) => byId(id)?.inputs.get(input)?.value,
    afterCheckout: steps.slice(0, steps.indexOf(step)).some(({ action }) => action === 'actions/checkout'),
  }
}

/** A workflow or composite action with our actions in place of those that they replace; all else stays to the byte. */
export function migrate(text: string, naming: Naming): Migration {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: true })
  const [error] = document.errors
  if (error !== undefined) {
    return {
      text,
      left: [{ line: error.linePos?.[0].line ?? 1, reason: `This is no YAML: ${error.message.split('\n')[0]}` }],
    }
  }
  const steps = stepsOf(document)
  const edits: Edit[] = []
  const left: { line: number; reason: string }[] = []
  for (const step of steps) {
    const result = translate(step, text, surroundings(text, steps, step, document))
    if (result === undefined) continue
    if ('left' in result) {
      left.push({ line: lineOf(result.input?.pair.key ?? step.uses, lines), reason: result.left })
      continue
    }
    const inputs = inputEdits(text, step, result.changes)
    if (inputs === undefined) {
      left.push({
        line: lineOf(step.uses, lines),
        reason: 'Its inputs have a form that is not rewritten: an anchor, or a step in braces.',
      })
      continue
    }
    const reference = `${naming.repository}/${result.action}@${naming.ref}`
    edits.push(usesEdit(text, step, reference, naming.version), ...inputs)
  }
  return { text: edited(text, edits), left }
}
