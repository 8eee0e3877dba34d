import type { InputReader } from '@container-actions/core'

/** Keys and values of AWS resource tags. */
export type ResourceTags = Readonly<Record<string, string>>

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const MAX_TAGS = 50

function problemOf(key: string, value: string | undefined): string | undefined {
  if (value === undefined) return "has no '='"
  if (key === '') return 'has no key'
  if (key.length > 128 || value.length > 256) return 'is too long: a key has at most 128 characters, a value 256'
  if (/^aws:/i.test(key)) return "starts with 'aws:', which AWS keeps for itself"
  if (!TEXT.test(key) || !TEXT.test(value))
    return 'has other characters than letters, digits, spaces and _ . : / = + - @'
  return undefined
}

/** A tag in the format of the AWS CLI, `Key=Team,Value=api`, which would be parsed as two tags here. */
const CLI_FORM = /(?<=^|[\s,"])Key=(?<key>[^,\n]*),[ \t]*Value=(?<value>[^\s,"]*)/gi

/** The equivalent of tags in AWS CLI format; `undefined` if there are none. */
function rightForm(text: string): string | undefined {
  const tags = [...text.matchAll(CLI_FORM)].map(({ groups }) => `${groups?.['key']}=${groups?.['value']}`)
  return tags.length === 0 ? undefined : tags.join(',')
}

/** Reads `resource_tags`, one `key=value` per line or separated by commas; `undefined` if empty. */
export function readResourceTags(input: InputReader): ResourceTags | undefined {
  const right = rightForm(input.optional('resource_tags') ?? '')
  if (right !== undefined) {
    input.reject(
      `Input 'resource_tags' takes key=value, not Key=…,Value=… as the AWS CLI does. Write ${JSON.stringify(right)}.`,
    )
    return undefined
  }
  const tags = new Map<string, string>()
  for (const given of input.list('resource_tags')) {
    const [, key = given, value] = /^(.*?)[ \t]*=[ \t]*(.*)$/s.exec(given) ?? []
    const problem = problemOf(key, value) ?? (tags.has(key) ? 'is there twice' : undefined)
    if (problem === undefined) tags.set(key, value ?? '')
    else input.reject(`Input 'resource_tags' takes key=value; ${JSON.stringify(given)} ${problem}.`)
  }
  if (tags.size > MAX_TAGS) {
    input.reject(`Input 'resource_tags' has ${tags.size} tags; AWS takes at most ${MAX_TAGS}.`)
  }
  return tags.size === 0 ? undefined : Object.fromEntries(tags)
}

/** The declared tags that are missing or have a different value; undeclared tags do not count. */
export const differingTags = (declared: ResourceTags, actual: ResourceTags): ResourceTags =>
  Object.fromEntries(Object.entries(declared).filter(([key, value]) => actual[key] !== value))
