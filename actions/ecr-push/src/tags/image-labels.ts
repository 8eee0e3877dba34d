import { type Environment, Failure, type GitHubEvent } from '@container-actions/core'

/** Label with GitHub's id of the run that built the image; of two runs in a repository the later one has the higher id. */
export const RUN_ID_LABEL = 'io.github.container-actions.run-id'

/** The form that the vocabulary gives to `ref.name`. */
const REF_NAME = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*$/

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const textOf = (value: unknown, name: string): string => {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : ''
}

/**
 * Labels that say where an image comes from, with the names of
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md and the values that docker/metadata-action gives
 * them. What the event does not know is left out.
 *
 * @param version the tag that names the image
 */
export function eventLabels(
  { payload, repository, serverUrl, sha, refName, runId }: GitHubEvent,
  { version, created }: { readonly version: string; readonly created: Date },
): Record<string, string> {
  const told = payload['repository']
  const url = textOf(told, 'html_url') || (serverUrl && repository && `${serverUrl}/${repository}`)
  const values = {
    title: textOf(told, 'name') || repository.slice(repository.indexOf('/') + 1),
    description: textOf(told, 'description'),
    url,
    source: url,
    version,
    created: created.toISOString(),
    revision: sha,
    licenses: textOf(fieldOf(told, 'license'), 'spdx_id'),
    'ref.name': REF_NAME.test(refName) ? refName : '',
  }
  const named = Object.entries(values).map(([name, value]) => [`org.opencontainers.image.${name}`, value] as const)
  return Object.fromEntries([...named, [RUN_ID_LABEL, runId] as const].filter(([, value]) => isLabel(value)))
}

/** A payload may hold what no argument of a program can: the character that ends it. */
const isLabel = (value: string): boolean => value !== '' && !value.includes('\0')

/**
 * The time that every build is to claim; `undefined` where the variable is not set, or empty.
 *
 * @throws {Failure} where it is no time: https://reproducible-builds.org/specs/source-date-epoch/
 */
export function sourceDate({ SOURCE_DATE_EPOCH: epoch = '' }: Environment): Date | undefined {
  if (epoch === '') return undefined
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1_000)
  throw new Failure(
    `The variable SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}, and takes a number of seconds since 1970, as 1700000000. Change or remove it.`,
  )
}

/** The labels as `name=value`; those that the user gives stand for themselves. */
export function withEventLabels(given: readonly string[], event: Readonly<Record<string, string>>): string[] {
  const names = new Set(given.map((label) => label.split('=')[0]))
  const others = Object.entries(event).filter(([name]) => !names.has(name))
  return [...others.map(([name, value]) => `${name}=${value}`), ...given]
}
