import { code, formatDuration, type Phase, type Repository, table } from '@container-actions/core'

/** The job summary: what was pushed, how to pull it, where the time went. */
export function summaryOf(pushed: {
  repository: Repository
  tags: readonly string[]
  digest: string
  phases: readonly Phase[]
  /** Why nothing was pushed. */
  reason?: string
}): string {
  const { repository, tags, digest, phases, reason = '' } = pushed
  return [
    `### ${code(repository.name)}`,
    '',
    table(
      ['', ''],
      [
        ['Image', code(repository.uri)],
        ['Digest', code(digest)],
        ['Tags', tags.map(code).join(' ')],
        ...(reason === '' ? [] : [['Not pushed', code(reason)]]),
        ...phases.map(({ title, milliseconds }) => [code(title), formatDuration(milliseconds)]),
      ],
    ),
    '```',
    `docker pull ${repository.uri}@${digest}`,
    '```',
    '',
  ].join('\n')
}
