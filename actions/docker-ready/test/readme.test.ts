import { readFileSync } from 'node:fs'
import { DAEMON_CAUSES } from '@container-actions/core'
import { describe, expect, it } from 'vitest'
import { CURES } from '../src/checks.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  it('lists every cause, and whether it ends the wait', () => {
    const rows = [...README.matchAll(/^\| `([a-z_]+)` +\| (yes| {3}) /gm)].map(([, cause, now]) => [
      cause,
      now === 'yes',
    ])
    const causes = Object.entries(DAEMON_CAUSES).map(([cause, cure]) => [cause, cure !== 'waits'])
    expect(rows).toEqual([...causes, ...Object.keys(CURES).map((cause) => [cause, true])])
  })
})
