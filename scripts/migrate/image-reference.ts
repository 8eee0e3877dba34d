import type { Surroundings } from './translation.ts'

/** The destination of an image as written in a workflow; each part may contain expressions. */
export interface Target {
  readonly repo: string
  /** Set if the file contains the registry host. */
  readonly account?: string
  readonly region?: string
}

const EXPRESSION = /\$\{\{.*?\}\}/gs
const FIRST_PLACEHOLDER = 0xe000

/** Text in which each expression is replaced with a unique character, so that it can be split. */
export function folded(text: string): { text: string; unfold(part: string): string } {
  const expressions: string[] = []
  const short = text.replaceAll(EXPRESSION, (expression) => {
    const known = expressions.indexOf(expression)
    return String.fromCharCode(FIRST_PLACEHOLDER + (known < 0 ? expressions.push(expression) - 1 : known))
  })
  return {
    text: short,
    unfold: (part) =>
      part.replaceAll(/[\ue000-\uf8ff]/g, (one) => expressions[one.charCodeAt(0) - FIRST_PLACEHOLDER] ?? ''),
  }
}

const LOGINS = ['aws-actions/amazon-ecr-login', 'ecr-login']
const HOST = /^(?<account>[^.]+)\.dkr[.-]ecr(?:-fips)?\.(?<region>[^.]+)\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.aws)$/

/** The name in `${{ env.NAME }}`. */
const envName = (text: string): string | undefined => /^\$\{\{\s*env\.(\w+)\s*\}\}$/.exec(text)?.[1]

/** Parses a registry as written in a workflow; `undefined` if nothing shows that it is an ECR registry. */
function registryOf(text: string, around: Surroundings): Omit<Target, 'repo'> | undefined {
  const { text: short, unfold } = folded(text)
  const { account, region } = HOST.exec(short)?.groups ?? {}
  if (account !== undefined && region !== undefined) return { account: unfold(account), region: unfold(region) }
  const name = envName(text)
  const value = name === undefined ? undefined : around.env(name)
  if (value !== undefined) return registryOf(value, around)
  const [, id] = /^\$\{\{\s*steps\.([\w-]+)\.outputs\.registry\s*\}\}$/.exec(text) ?? []
  if (id !== undefined) return LOGINS.includes(around.actionOf(id) ?? '') ? {} : undefined
  return /^\$\{\{\s*(?:env|vars|secrets)\.\w*ECR\w*\s*\}\}$/i.test(text) ? {} : undefined
}

/** Splits `registry/repo`; `undefined` if it is not known to be in ECR. */
export function targetOf(image: string, around: Surroundings): Target | undefined {
  const { text, unfold } = folded(image)
  const slash = text.indexOf('/')
  if (slash < 0) {
    const name = envName(image)
    const value = name === undefined ? undefined : around.env(name)
    return value === undefined || !value.includes('/') ? undefined : targetOf(value, around)
  }
  const registry = registryOf(unfold(text.slice(0, slash)), around)
  return registry === undefined ? undefined : { repo: unfold(text.slice(slash + 1)), ...registry }
}

/** The images and tags in a list of references, as written in the workflow. */
export function referencesIn(list: string): { image: string; tag: string }[] {
  const { text, unfold } = folded(list)
  return text
    .split(/[\n,]/)
    .map((reference) => reference.trim())
    .filter((reference) => reference !== '')
    .map((reference) => {
      const colon = reference.lastIndexOf(':')
      return colon > reference.lastIndexOf('/')
        ? { image: unfold(reference.slice(0, colon)), tag: unfold(reference.slice(colon + 1)) }
        : { image: unfold(reference), tag: 'latest' }
    })
}
