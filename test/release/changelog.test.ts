import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { notesOf } from '../../scripts/release/changelog.ts'

const CHANGELOG = `# Changelog

## Unreleased

### Added

## v1.10.0 (2026-03-01)

### Fixed

- \`ecr-push\`: retries a \`503\`.

### Messages

- \`old\` → \`new\`

## v1.1.0 (2026-02-01)

- One.
`

describe('release notes', () => {
  it('are the section of the version, and of no other', () => {
    expect(notesOf(CHANGELOG, 'v1.1.0')).toBe('- One.')
    expect(notesOf(CHANGELOG.replaceAll('\n', '\r\n'), 'v1.10.0')).toBe(
      '### Fixed\n\n- `ecr-push`: retries a `503`.\n\n### Messages\n\n- `old` → `new`',
    )
  })

  it.each([
    ['no section', CHANGELOG, 'v1.1', "CHANGELOG.md has no section '## v1.1'. Rename '## Unreleased'"],
    [
      'an empty section',
      CHANGELOG.replace('- One.', ' '),
      'v1.1.0',
      "The section '## v1.1.0' in CHANGELOG.md is empty.",
    ],
    [
      'headings only',
      CHANGELOG.replace('- One.', '### Added'),
      'v1.1.0',
      "The section '## v1.1.0' in CHANGELOG.md is em",
    ],
    ['two sections', `${CHANGELOG}\n## v1.1.0\n\n- Two.\n`, 'v1.1.0', "more than one section '## v1.1.0'. Merge them."],
    [
      'unreleased lines',
      CHANGELOG.replace('### Added', '- Three.'),
      'v1.10.0',
      "lines under '## Unreleased', but v1.10.0",
    ],
  ])('fail with %s', (_, changelog, version, message) => {
    expect(() => notesOf(changelog, version)).toThrow(message)
  })

  it('of a version that is not in the changelog fail in one line, with status 1', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/release-notes.ts', '--version', 'v0.0.0'],
      {
        cwd: REPOSITORY,
        encoding: 'utf8',
      },
    )
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^CHANGELOG\.md has no section .*\n$/)])
  })

  it('can be made from CHANGELOG.md once its first section has a version', () => {
    const changelog = readFileSync(join(REPOSITORY, 'CHANGELOG.md'), 'utf8')
    expect(notesOf(changelog.replace('## Unreleased', '## v99.0.0 (2026-12-31)'), 'v99.0.0')).toMatch(/^### \w+\n\n- /)
  })
})
