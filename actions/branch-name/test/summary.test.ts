import { describe, expect, test } from 'vitest'
import type { Names } from '../src/names.ts'
import { line, summary } from '../src/summary.ts'

const names: Names = {
  is_default: 'false',
  is_tag: 'false',
  default_branch: 'main',
  current_branch: 'feature/x',
  base_ref_branch: '',
  head_ref_branch: '',
  ref_branch: 'feature/x',
  tag: '',
  docker_tag: 'feature-x-217d2bf5',
  ecr_path: 'feature/x',
  ecr_segment: 'feature-x-217d2bf5',
  dns_label: 'feature-x-217d2bf5',
  pr_number: '',
  event_kind: 'branch',
  deleted: 'false',
  is_fork: 'false',
  source_branch: 'feature/x',
  source_repository: 'octo/app',
  source_trusted: 'true',
  tag_branches: '[]',
}
const SAFE =
  ' Safe names: docker_tag feature-x-217d2bf5, ecr_path feature/x, ecr_segment feature-x-217d2bf5, dns_label feature-x-217d2bf5.'
const pull: Partial<Names> = { event_kind: 'pull_request', pr_number: '12', base_ref_branch: 'main' }

describe('the line', () => {
  test.each<[Partial<Names>, string]>([
    [{}, 'Branch feature/x.'],
    [{ is_default: 'true' }, 'Branch feature/x, the default branch.'],
    [{ event_kind: 'tag', tag: 'v1', source_branch: 'main' }, 'Tag v1.'],
    [pull, 'Pull request #12 from feature/x into main.'],
    [
      { ...pull, is_fork: 'true', source_repository: 'eve/app' },
      'Pull request #12 from feature/x into main, of the fork eve/app.',
    ],
    [
      { ...pull, is_fork: 'true', source_repository: '' },
      'Pull request #12 from feature/x into main, of a deleted fork.',
    ],
    [
      { event_kind: 'merge_group', pr_number: '12', base_ref_branch: 'main', source_branch: '' },
      'Merge group of #12 into main.',
    ],
    [
      { event_kind: 'merge_group', pr_number: '12', base_ref_branch: 'main', source_branch: 'y' },
      'Merge group of #12 into main, about y.',
    ],
    [
      { source_branch: 'y', is_fork: 'true', source_repository: 'eve/app' },
      'Branch feature/x, about y, of the fork eve/app.',
    ],
    [{ source_branch: '', is_fork: '' }, 'Branch feature/x.'],
    [{ event_kind: 'none', source_branch: '' }, 'Neither a branch nor a tag.'],
    [{ current_branch: '\u202ex', source_branch: '\u202ex' }, 'Branch \\u{202e}x.'],
  ])('of %j', (changes, expected) => {
    expect(line({ ...names, ...changes })).toBe(expected + SAFE)
  })

  test('has no safe names where there are none', () => {
    const none = { docker_tag: '', ecr_path: '', ecr_segment: '', dns_label: '' }
    expect(line({ ...names, ...none, event_kind: 'none', source_branch: '' })).toBe('Neither a branch nor a tag.')
  })
})

describe('the summary', () => {
  test('has a row for every output', () => {
    const rows = summary(names)
      .split('\n')
      .filter((row) => row.startsWith('| '))
    expect(rows).toHaveLength(Object.keys(names).length + 2)
    expect(rows[0]).toBe('| output | value |')
    expect(summary(names)).toMatch(/^### Branch name\n\n\| output/)
  })

  test('shows an empty value as nothing and a name as text', () => {
    const hostile = summary({ ...names, current_branch: '|x|<b>\u202e`' })
    expect(hostile).toMatch(/\| <code>tag<\/code> \| {2}\|/)
    expect(hostile).not.toMatch(/<b>|\u202e|`|\|x/)
    expect(hostile).toContain('u{202e}')
  })
})
