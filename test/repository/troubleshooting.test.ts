import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'

const page = readFileSync(join(REPOSITORY, 'docs/troubleshooting.md'), 'utf8')
const sources = globSync('{packages/core,actions/*}/src/**/*.ts', { cwd: REPOSITORY })
  .map((path) => readFileSync(join(REPOSITORY, path), 'utf8'))
  .join('\n')

/** What the first column of each table quotes. */
const quoted = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, text]) => text ?? '')

describe('docs/troubleshooting.md', () => {
  it('has lines to look for', () => expect(quoted.length).toBeGreaterThan(10))

  it.each(quoted)('quotes what an action says: %s', (text) => {
    expect(sources.replaceAll("\\'", "'")).toContain(text)
  })
})
