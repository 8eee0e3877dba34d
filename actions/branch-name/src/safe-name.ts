import { createHash } from 'node:crypto'

/** What a name must be to be used somewhere. */
interface Rule {
  readonly valid: RegExp
  readonly minLength: number
  readonly maxLength: number
  /** Each character that cannot stay in a name, after `lowerCase`. */
  readonly unfit: RegExp
  readonly lowerCase: boolean
  /** Valid, but it means something else there. */
  readonly reserved?: string
}

/** OCI distribution specification, "Pulling manifests": `<reference>` as a tag. */
const DOCKER_TAG: Rule = {
  valid: /^[a-zA-Z0-9_][a-zA-Z0-9._-]*$/,
  minLength: 1,
  maxLength: 128,
  unfit: /[^a-zA-Z0-9._-]/g,
  lowerCase: false,
  reserved: 'latest',
}

const SEGMENT = '[a-z0-9]+(?:[._-][a-z0-9]+)*'

/**
 * The intersection of what Amazon ECR and ECR Public accept as repositoryName, which allow different separators. ECR
 * Public ends at 205 characters; so does what fits beside the longest ECR host into the 255 that clients accept.
 */
const ECR_PATH: Rule = {
  valid: new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`),
  minLength: 2,
  maxLength: 205,
  unfit: /[^a-z0-9._/-]/g,
  lowerCase: true,
}

const ECR_SEGMENT: Rule = {
  valid: new RegExp(`^${SEGMENT}$`),
  minLength: 1,
  maxLength: 100,
  unfit: /[^a-z0-9._-]/g,
  lowerCase: true,
}

/** RFC 1123 as Kubernetes has it for namespaces. */
const DNS_LABEL: Rule = {
  valid: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  minLength: 1,
  maxLength: 63,
  unfit: /[^a-z0-9-]/g,
  lowerCase: true,
}

const fits = (name: string, rule: Rule): boolean =>
  name.length >= rule.minLength && name.length <= rule.maxLength && rule.valid.test(name)

const trimEnd = (name: string): string => name.replace(/[._/-]+$/, '')

/** The nearest name that a rule allows, of any length; empty where nothing of the name is left. */
function readable(name: string, { lowerCase, unfit }: Rule): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  const kept = (lowerCase ? plain.toLowerCase() : plain).replaceAll(unfit, '-')
  return trimEnd(
    kept
      .replaceAll(/[._-]{2,}/g, '-')
      .replaceAll(/[._-]*\/[._/-]*/g, '/')
      .replace(/^[._/-]+/, ''),
  )
}

/** What a name ends with that was changed. A name that ends so by itself counts as changed: none equals another's. */
const hashLike = (length: number): RegExp => new RegExp(`-[0-9a-f]{${length}}$`)

/**
 * A name that a rule allows: the name itself where it can stay, else what can be read of it and `hashLength` digits of
 * its SHA-256, so that no two names share one.
 */
function safeName(name: string, rule: Rule, hashLength: number): string {
  if (name === '') return ''
  const hashed = hashLength > 0
  const taken = hashed && (name === rule.reserved || hashLike(hashLength).test(name))
  if (fits(name, rule) && !taken) return name
  const end = hashed ? `-${createHash('sha256').update(name).digest('hex').slice(0, hashLength)}` : ''
  const start = trimEnd(readable(name, rule).slice(0, rule.maxLength - end.length))
  const safe = `${start || 'ref'}${end}`
  return safe.length < rule.minLength ? `ref-${safe}` : safe
}

export type SafeNames = {
  readonly docker_tag: string
  readonly ecr_path: string
  readonly ecr_segment: string
  readonly dns_label: string
}

/**
 * The names for what comes after a build, of any legal git ref. All are empty where the name is.
 *
 * @param name a branch or tag; of a fork it starts with its owner and a colon, which no ref can hold
 * @param hashLength digits to keep names apart, 0 for none
 */
export const safeNames = (name: string, hashLength: number): SafeNames => ({
  docker_tag: safeName(name, DOCKER_TAG, hashLength),
  ecr_path: safeName(name, ECR_PATH, hashLength),
  ecr_segment: safeName(name, ECR_SEGMENT, hashLength),
  dns_label: safeName(name, DNS_LABEL, hashLength),
})
