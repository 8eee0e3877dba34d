import { block, code, type Repository } from '@container-actions/core'

/** The job summary of a dry run. */
export function previewSummary({ uri }: Repository, lines: readonly string[], policy: string): string {
  const planned = lines.length === 0 ? ['Nothing: everything is already as requested.'] : lines
  return [
    `### Dry run: ${code(uri)}\n`,
    block('What this step would do, in order:', planned),
    block('The least-privilege IAM policy for these inputs:', [policy]),
  ].join('')
}
