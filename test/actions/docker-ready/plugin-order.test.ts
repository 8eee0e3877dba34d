import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { runnablePlugin } from '../../../packages/core/src/docker/plugin.ts'
import { engineBinaries } from '../../../packages/docker-engine/src/binaries.ts'
import { needEngine } from '../../../packages/docker-engine/src/needed.ts'

const NAME = 'onlyofthistest'

/** A plugin that prints where it stands. */
const SCRIPT = `#!/bin/sh
[ "$1" = docker-cli-plugin-metadata ] || exec echo "$0"
echo '{"SchemaVersion":"0.1.0","Vendor":"tests"}'
`

const config = mkdtempSync(join(tmpdir(), 'plugin-order-'))
afterEach(() => rmSync(config, { recursive: true, force: true }))

function plugin(folder: string, mode: number): void {
  mkdirSync(join(config, folder), { recursive: true })
  writeFileSync(join(config, folder, `docker-${NAME}`), SCRIPT, { mode })
}

describe.each(['bookworm', 'sid'] as const)("docker's own choice of a plugin, with the client of %s", (kind) => {
  needEngine(kind)
  test.each<[string, Record<string, number>]>([
    ['in one folder', { 'cli-plugins': 0o755 }],
    ['in all folders', { one: 0o755, two: 0o755, 'cli-plugins': 0o755 }],
    ['that nobody may run, before others', { one: 0o644, two: 0o755, 'cli-plugins': 0o755 }],
  ])('%s is ours', (_, folders) => {
    for (const [folder, mode] of Object.entries(folders)) plugin(folder, mode)
    const extra = ['none', 'one', 'two'].map((folder) => join(config, folder))
    writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: extra }))
    const env = { DOCKER_CONFIG: config, PATH: process.env['PATH'] }
    const run = () => execFileSync(engineBinaries(kind).docker, [NAME], { env, encoding: 'utf8', stdio: 'pipe' }).trim()
    const ours = runnablePlugin(NAME, env)
    if (ours === undefined) expect(run).toThrow(/is not a docker command|unknown command/)
    else expect(run()).toBe(ours)
  })
})
