import { isMap, LineCounter, parseDocument, type YAMLError } from 'yaml'
import { branchNames } from './branch-names.ts'
import { buildPush } from './build-push.ts'
import { ecrLogin } from './ecr-login.ts'
import { type Edit, edited, inputEdits, usesEdit, versionOf } from './edits.ts'
import { hasMergeKey, lineOf, type ParsedMap, pairOf, type Step, stepsOf } from './step.ts'
import type { Surroundings, Translation } from './translation.ts'

/** How the result references our actions. */
export interface Naming {
  /** `owner/name`. */
  readonly repository: string
  readonly ref: string
  /** Written as a comment after a ref that does not contain it. */
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

/** The `env:` maps from the inside out: those of the step, the job and the file. */
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

/** Why a file cannot be parsed, in a sentence without the position. */
const complaint = ({ code, message }: YAMLError): string =>
  code === 'MULTIPLE_DOCS'
    ? 'GitHub reads a file of one YAML document, and here a second one begins.'
    : `This is not valid YAML: ${message.split('\n')[0]?.replace(/ at line \d+, column \d+:$/, '.')}`

/** Why a step cannot be rewritten in its current form, whatever its content. */
function hindrance(step: Step, mergeKeys: boolean): string | undefined {
  if (mergeKeys) return 'GitHub does not take merge keys (<<), and this file has some. Write out what they stand for.'
  return step.sharedUses ? 'Its uses: has an anchor, and other steps have it as well. Write it out in each.' : undefined
}

/** Replaces other actions with ours in a workflow or composite action; everything else is kept byte for byte. */
export function migrate(text: string, naming: Naming): Migration {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: true })
  const [error] = document.errors
  if (error !== undefined) return { text, left: [{ line: error.linePos?.[0].line ?? 1, reason: complaint(error) }] }
  const steps = stepsOf(document)
  const mergeKeys = hasMergeKey(document)
  const edits: Edit[] = []
  const left: { line: number; reason: string }[] = []
  for (const step of steps) {
    const result = translate(step, text, surroundings(text, steps, step, document))
    if (result === undefined) continue
    const leave = (reason: string, input = pairOf(step.map, 'uses')) =>
      left.push({ line: lineOf(input?.key ?? step.uses, lines), reason })
    const hindered = hindrance(step, mergeKeys)
    const inputs = 'left' in result ? undefined : inputEdits(text, step, result.changes)
    if (hindered !== undefined) leave(hindered)
    else if ('left' in result) leave(result.left, result.input?.pair)
    else if (inputs === undefined)
      leave('Its inputs have a form that is not rewritten: an anchor, or a step in braces.')
    else
      edits.push(usesEdit(text, step, `${naming.repository}/${result.action}@${naming.ref}`, naming.version), ...inputs)
  }
  return { text: edited(text, edits), left }
}
