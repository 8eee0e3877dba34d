import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withSiblings } from '../../scripts/release/composite.ts'
import { useAct, withAct } from '../support/act/act.ts'
import { treeWithComposite } from '../support/act/actions-tree.ts'

const RELEASE = { repository: 'acme/ci', version: 'v2.3.4', commit: 'a'.repeat(40) }

const manifest = (uses: string) =>
  `runs:\n  using: composite\n  steps:\n    - uses: ${uses} # why\n    - { run: ls, shell: bash }\n`

const siblings = (uses: string) => withSiblings(manifest(uses), 'actions/x/action.yml', ['docker-ready', 'x'], RELEASE)

describe('a composite action in a release', () => {
  it.each(['org/actions/docker-ready@v1', '"org/actions/docker-ready@v1"', "'org/actions/docker-ready@v2'"])(
    'names the sibling of %s by the repository and the exact version',
    (uses) => {
      expect(siblings(uses)).toBe(manifest('acme/ci/docker-ready@v2.3.4'))
    },
  )

  it.each(['actions/checkout@v5', 'docker://alpine:3.22', 'my-org/actions/docker-ready@v1', 'org/actions-x/y@v1'])(
    'keeps %s',
    (uses) => {
      expect(siblings(uses)).toBe(manifest(uses))
    },
  )

  it.each(['./actions/docker-ready', '../docker-ready', '$/docker-ready'])('may not say %s', (uses) => {
    expect(() => siblings(uses)).toThrow(
      `actions/x/action.yml has 'uses: ${uses}', which a job looks for in its own repository. ` +
        'Write org/actions/<name>@v1.',
    )
  })

  it.each(['org/actions/dokcer-ready@v1', 'org/actions/docker-ready@main', 'org/actions/docker-ready'])(
    'may not say %s',
    (uses) => {
      expect(() => siblings(uses)).toThrow(
        `actions/x/action.yml has 'uses: ${uses}', which must be org/actions/<name>@v1 with the name of one of: ` +
          'docker-ready, x.',
      )
    },
  )

  it('has no bundle; its examples say the major tag, its steps the version', () => {
    const folder = mkdtempSync(join(tmpdir(), 'composite-'))
    try {
      const tree = treeWithComposite(folder, RELEASE)
      const files = [...tree.keys()].filter((path) => path.startsWith('named-branch/'))
      expect(files).toEqual(['named-branch/README.md', 'named-branch/action.yml'])
      const source = readFileSync(new URL('../fixtures/composite/named-branch/action.yml', import.meta.url), 'utf8')
      expect(tree.get('named-branch/action.yml')?.content.toString()).toBe(
        source
          .replace("'org/actions/branch-name@v1'", 'acme/ci/branch-name@v2.3.4')
          .replace('org/actions/named-branch@v1', 'acme/ci/named-branch@v2'),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

const WORKFLOW = `
on: push
jobs:
  name:
    runs-on: self-hosted
    steps:
      - id: one
        uses: org/actions/branch-name@v1
      - id: chain
        uses: org/actions/named-branch@v1
      - run: echo "told $ONE and $CHAIN"
        env:
          ONE: \${{ steps.one.outputs.current_branch }}
          CHAIN: \${{ steps.chain.outputs.branch }}
`

describe('a release tree, served as a repository on act,', () => {
  useAct()

  it('runs an action, and a composite one that chains it by the version', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'composite-'))
    try {
      const actions = treeWithComposite(folder)
      await withAct(
        { workflow: WORKFLOW, files: { app: 'an app' }, branch: 'trunk', machine: {}, actions },
        ({ exitCode, log }) => {
          expect(exitCode, log).toBe(0)
          expect(log).toContain('told trunk and trunk')
        },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
