import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('the demo', () => {
  const engine = useEngine()
  let temporary: string
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'demo-'))
  })
  afterAll(() => rm(temporary, { recursive: true }))

  const demo = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/demo.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...(engine().kind === 'running' ? engine().env : {}), TMPDIR: temporary },
    })

  it('ends with one line of JSON and leaves nothing', async () => {
    const { stdout, stderr } = await demo('--json')
    const { repository_uri, digest, tags, image } = JSON.parse(stdout)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(tags).toHaveLength(2)
    expect(tags).toContain('latest')
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(image).toBe(`${repository_uri}@${digest}`)
    expect(stderr).toContain(`✔ ${image}`)
    expect(readdirSync(temporary)).toEqual([])
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(temporary)
  })

  it('works a second time, for a person', async () => {
    const { stdout } = await demo()
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^✔ \S+@sha256:[0-9a-f]{64}$/)
  })
})
