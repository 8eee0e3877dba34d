import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useAct, withAct } from '../../support/act/act.ts'
import { HOSTILE_NAMES } from '../../support/hostile-names.ts'
import { pullRequest } from '../../support/pull-request.ts'

/** As our README shows it: a step gets the name through its environment. */
const WORKFLOW = `
on: pull_request
jobs:
  name:
    runs-on: self-hosted
    steps:
      - id: name
        uses: org/actions/branch-name@v1
      - run: printf '%s' "$BRANCH" > "$TOLD/current_branch" && printf '%s' "$SAFE" > "$TOLD/docker_tag"
        env:
          BRANCH: \${{ steps.name.outputs.current_branch }}
          SAFE: \${{ steps.name.outputs.docker_tag }}
`

/** What the second step got, by output, after one run of the workflow for a pull request from `name`. */
async function told(name: string): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'told-'))
  try {
    const files: Record<string, string> = {}
    await withAct(
      {
        workflow: WORKFLOW,
        files: { 'app.txt': 'an app' },
        branch: 'main',
        machine: { TOLD: folder },
        event: pullRequest(name),
      },
      (run) => {
        expect(run.exitCode, run.log).toBe(0)
        expect(run.log).not.toContain('uid=')
        expect(readdirSync(run.folder, { recursive: true }).filter((path) => String(path).endsWith('PWNED'))).toEqual(
          [],
        )
      },
    )
    for (const output of readdirSync(folder)) files[output] = readFileSync(join(folder, output), 'utf8')
    return files
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('hostile names on act', () => {
  useAct()

  it.concurrent.each(HOSTILE_NAMES.map(({ name, why }) => [JSON.stringify(name), why, name] as const))(
    '%s (%s)',
    async (_shown, _why, name) => {
      expect(await told(name)).toEqual({
        current_branch: name,
        docker_tag: expect.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/),
      })
    },
  )
})
