import type { JsonObject, PolicyReading } from './json.ts'

/**
 * The short form of a lifecycle policy: terms of the form `which:much`. `which` is `keep` (all images), `untagged`, or
 * a tag with `*` as a wildcard; `much` is a number of images to keep, or a number of days since the push followed by
 * `d`.
 */
const TERM = /^([^:]+):(\d{1,9})(d?)$/

/** Tags as the registry accepts them, with wildcards. */
const PATTERN = /^[0-9a-zA-Z._*-]{1,128}$/
const MAX_WILDCARDS = 4

interface Term {
  readonly which: string
  readonly count: number
  readonly days: boolean
}

/** The error in a term; `undefined` if it is valid. */
function termProblem(subject: string, text: string, earlier: readonly Term[]): string | undefined {
  const [, which, count] = TERM.exec(text) ?? []
  const has = `${subject} has ${JSON.stringify(text)}, which`
  if (which === undefined) {
    return `${has} is not of the form which:number or which:days with a d, like keep:30 or untagged:7d.`
  }
  if (Number(count) < 1) return `${has} needs a number of at least 1.`
  if (!PATTERN.test(which) || which.split('*').length > MAX_WILDCARDS + 1) {
    return `${has} needs 'keep', 'untagged' or a tag before the colon: at most 128 letters, digits, . _ - and at most ${MAX_WILDCARDS} wildcards *.`
  }
  const isTwice = earlier.some((term) => term.which === which)
  return isTwice ? `${subject} has two terms for '${which}'; ECR takes one.` : undefined
}

function parseTerm(text: string): Term {
  const [, which = '', count, unit] = TERM.exec(text) ?? []
  return { which, count: Number(count), days: unit === 'd' }
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

function description({ which, count, days }: Term): string {
  const kind = which === 'keep' ? '' : which === 'untagged' ? ' without a tag' : ` tagged ${which}`
  return days
    ? `Expire images${kind} after ${plural(count, 'day')}`
    : `Keep the newest ${plural(count, 'image')}${kind}`
}

function ruleOf(term: Term, index: number): JsonObject {
  const { which, count, days } = term
  const tags =
    which === 'keep'
      ? { tagStatus: 'any' }
      : which === 'untagged'
        ? { tagStatus: 'untagged' }
        : { tagStatus: 'tagged', tagPatternList: [which] }
  const counting = days ? { countType: 'sinceImagePushed', countUnit: 'days' } : { countType: 'imageCountMoreThan' }
  return {
    rulePriority: index + 1,
    description: description(term),
    selection: { ...tags, ...counting, countNumber: count },
    action: { type: 'expire' },
  }
}

/** The policy for a preset, with its rules in the order of the terms and `keep` last, as ECR requires. */
export function lifecyclePreset(subject: string, texts: readonly string[]): PolicyReading<JsonObject> {
  const terms: Term[] = []
  for (const text of texts) {
    const line = termProblem(subject, text, terms)
    if (line !== undefined) return { kind: 'problem', line }
    terms.push(parseTerm(text))
  }
  const ordered = [...terms.filter(({ which }) => which !== 'keep'), ...terms.filter(({ which }) => which === 'keep')]
  return { kind: 'policy', policy: { rules: ordered.map(ruleOf) } }
}
