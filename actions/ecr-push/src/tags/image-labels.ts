import { type Environment, Failure, type GitHubEvent } from '@container-actions/core'

/**
 * Label with GitHub's ID of the run that built the image; of two runs in a repository, the later one has the higher ID.
 */
export const RUN_ID_LABEL = 'io.github.container-actions.run-id'

/** The format required for `ref.name`. */
const REF_NAME = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*$/

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const textOf = (value: unknown, name: string): string => {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : ''
}

/**
 * Labels that describe where an image comes from, with the names from
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md and the same values as docker/metadata-action.
 * Values that the event does not contain are omitted.
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

/** A payload may contain NUL, which an argument cannot. */
const isLabel = (value: string): boolean => value !== '' && !value.includes('\0')

/**
 * The timestamp for the build; `undefined` if the variable is not set, or empty.
 *
 * @throws {Failure} if it is not a time: https://reproducible-builds.org/specs/source-date-epoch/
 */
export function sourceDate({ SOURCE_DATE_EPOCH: epoch = '' }: Environment): Date | undefined {
  if (epoch === '') return undefined
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1_000)
  throw new Failure(
    `The variable SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}, but must be a number of seconds since 1970, such as 1700000000. Fix or remove it.`,
  )
}

/** The labels as `name=value`; labels given by the user take precedence. */
export function withEventLabels(given: readonly string[], event: Readonly<Record<string, string>>): string[] {
  const names = new Set(given.map((label) => label.split('=')[0]))
  const others = Object.entries(event).filter(([name]) => !names.has(name))
  return [...others.map(([name, value]) => `${name}=${value}`), ...given]
}
