import { awsErrorName, Failure, type OutputValues, reason, sentence } from '@container-actions/core'
import type { SettingName } from './settings/settings.ts'

/** What to change if ECR rejects a value, by the setting that was written. */
function cureOf(setting: SettingName | undefined): string {
  if (setting === undefined) return "Correct the step's inputs."
  if (setting !== 'repository_policy') return `Correct the input '${setting}'.`
  return "Correct the input 'repository_policy', or set 'force_policy: true' if it is meant to lock out this identity."
}

function line(error: string, said: string, name: string, setting: SettingName | undefined): string | undefined {
  const what = setting === undefined ? `repository '${name}'` : `${setting} of repository '${name}'`
  switch (error) {
    case 'InvalidParameterException':
    case 'ValidationException':
      return `ECR refuses ${what}: ${said} ${cureOf(setting)}`
    case 'InvalidTagParameterException':
      return `ECR rejects resource_tags of repository '${name}': ${said} ${cureOf('resource_tags')}`
    case 'TooManyTagsException':
      return `ECR rejects resource_tags of repository '${name}': ${said} Existing tags of the repository count too; remove some of them, or some in the input 'resource_tags'.`
    case 'RepositoryNotFoundException':
      return `Repository '${name}' was deleted while this step worked on it: ${said} Run the job again.`
    default:
      return undefined
  }
}

/**
 * Converts ECR's error for a repository to a `Failure` that says what to change in the inputs; returns other errors
 * unchanged.
 */
export function refusal(error: unknown, name: string, setting?: SettingName): unknown {
  const aws = awsErrorName(error)
  const cause = error instanceof Error ? error.cause : undefined
  const said = sentence(reason(cause))
  const text = aws === undefined ? undefined : line(aws, said, name, setting)
  return text === undefined ? error : new Failure(text, { cause })
}

/**
 * Combines several errors: a bug takes precedence; otherwise a failure with one line for each, including the outputs
 * that are valid nevertheless.
 */
export function oneError(errors: readonly unknown[], outputs: OutputValues = {}): unknown {
  const bug = errors.find((error) => !(error instanceof Failure))
  if (bug !== undefined) return bug
  const [first] = errors
  const cause = errors.length === 1 && first instanceof Failure ? first.cause : undefined
  return new Failure([...new Set(errors.map(reason))].join('\n'), { cause, outputs })
}
