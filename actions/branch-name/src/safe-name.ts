import { createHash } from 'node:crypto'

/** The rules for a name in one place of use. */
interface Rule {
  readonly valid: RegExp
  readonly minLength: number
  readonly maxLength: number
  /** Characters that are not allowed, after `lowerCase`. */
  readonly unfit: RegExp
  readonly lowerCase: boolean
  /** A name that is valid but has a special meaning. */
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
 * What both Amazon ECR and ECR Public accept as repositoryName; they allow different separators. The limit of 205
 * characters is that of ECR Public, and also what fits next to the longest ECR host into the 255 characters that
 * clients accept.
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

/** RFC 1123, as Kubernetes applies it to namespaces. */
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

/** The most similar name that a rule allows, of any length; empty if no character remains. */
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

/**
 * The suffix of a changed name. A name that already has such a suffix also counts as changed, so that results never
 * collide.
 */
const hashLike = (length: number): RegExp => new RegExp(`-[0-9a-f]{${length}}$`)

/**
 * A valid name under a rule: the name itself if it is valid, otherwise its readable part followed by `hashLength`
 * digits of its SHA-256, so that results never collide.
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
 * Safe names for any legal Git ref. All are empty if the name is empty.
 *
 * @param name a branch or tag; for a fork it starts with the owner and a colon, which no ref can contain
 * @param hashLength digits that distinguish names; 0 for none
 */
export const safeNames = (name: string, hashLength: number): SafeNames => ({
  docker_tag: safeName(name, DOCKER_TAG, hashLength),
  ecr_path: safeName(name, ECR_PATH, hashLength),
  ecr_segment: safeName(name, ECR_SEGMENT, hashLength),
  dns_label: safeName(name, DNS_LABEL, hashLength),
})
