import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Ended, runProgram } from './support/client-programs.ts'
import { KIT } from './support/self-hosted-kit.ts'

const ANALYZE = '/usr/bin/systemd-analyze'
const UNITS = readdirSync(join(KIT, 'deploy')).filter((name) => name.includes('@.'))

/** What systemd says to the units for the service `app`, each text having gone through `change`. */
async function verify(change: (text: string) => string): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'units-'))
  try {
    const files = UNITS.map((name) => join(folder, name.replace('@.', '@app.')))
    for (const [i, file] of files.entries())
      writeFileSync(file, change(readFileSync(join(KIT, 'deploy', UNITS[i] ?? ''), 'utf8')))
    // Units of the machine, like docker.service, are not what is asked about.
    return await runProgram(ANALYZE, ['--man=no', '--recursive-errors=no', 'verify', ...files])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the units of a host that pulls', () => {
  it('are accepted by systemd', async (context) => {
    context.skip(!existsSync(ANALYZE), `there is no ${ANALYZE}; it comes with systemd`)
    expect(UNITS).toEqual(['compose-pull@.service', 'compose-pull@.timer'])
    expect(await verify((text) => text)).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stderr } = await verify((text) => text.replace('OnBootSec', 'OnBootSecs'))
    expect(stderr).toContain("'OnBootSecs'")
  })
})
