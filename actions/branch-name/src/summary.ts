import { code, table } from '@container-actions/core'
import type { Names } from './names.ts'
import { visible } from './visible.ts'

const shown = (text: string): string => (text === '' ? '' : code(visible(text)))

/** The outputs as a table for the job summary. */
export const summary = (names: Names): string =>
  `### Branch name\n\n${table(
    ['output', 'value'],
    Object.entries(names).map(([output, value]) => [code(output), shown(value)]),
  )}`

function subject(names: Names): string {
  const branch = visible(names.current_branch)
  switch (names.event_kind) {
    case 'tag':
      return `Tag ${visible(names.tag)}`
    case 'pull_request':
      return `Pull request #${names.pr_number} from ${branch} into ${visible(names.base_ref_branch)}`
    case 'merge_group':
      return `Merge group of #${names.pr_number} into ${visible(names.base_ref_branch)}`
    case 'branch':
      return `Branch ${branch}${names.is_default === 'true' ? ', the default branch' : ''}`
    default:
      return 'Neither a branch nor a tag'
  }
}

function origin(names: Names): string {
  const isElsewhere = names.source_branch !== '' && names.source_branch !== names.current_branch
  const about = isElsewhere && names.event_kind !== 'tag' ? `, about ${visible(names.source_branch)}` : ''
  if (names.is_fork !== 'true') return about
  const fork = names.source_repository === '' ? 'a deleted fork' : `the fork ${visible(names.source_repository)}`
  return `${about}, of ${fork}`
}

/** Describes the run in one line. */
export function line(names: Names): string {
  const { docker_tag, ecr_path, ecr_segment, dns_label } = names
  const safe = Object.entries({ docker_tag, ecr_path, ecr_segment, dns_label }).filter(([, name]) => name !== '')
  const safeNames = safe.map(([output, name]) => `${output} ${name}`).join(', ')
  return `${subject(names)}${origin(names)}.${safeNames === '' ? '' : ` Safe names: ${safeNames}.`}`
}
