import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker } from '../../packages/docker-engine/src/images.ts'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import {
  ENTRYPOINT,
  organisation,
  PAT,
  REGISTER,
  REGISTRATION_TOKEN,
} from '../../packages/stand-ins/src/runner-image.ts'
import { buildRunnerBase } from './support/runner-base.ts'

const DOCKERFILE = join(REPOSITORY, 'workflows-examples/self-hosted/runner/Dockerfile')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-image-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['bookworm', 'sid'] as const)('the image, on the engine of %s,', (kind) => {
  const engine = useEngine(kind)

  it('is built and runs a job as the user runner, with no secret in what is left of it', async () => {
    await using github = await organisation()
    const own = join(folder, kind)
    mkdirSync(own, { recursive: true })
    copyFileSync(ENTRYPOINT, join(own, 'entrypoint.js'))
    await buildRunnerBase(engine(), 'runner-base')
    const args = ['--build-arg', 'BASE=runner-base', '--build-arg', 'ENTRYPOINT=entrypoint.js']
    await docker(engine(), 'build', '--network=none', '--tag', 'runner', '--file', DOCKERFILE, ...args, own)
    const env = {
      RUNNER_URL: 'https://github.com/acme',
      RUNNER_GITHUB_TOKEN: PAT,
      RUNNER_DOCKER_TIMEOUT: '0',
      GITHUB_API_URL: github.url,
      STUB: 'once',
      STUB_LOG: '/home/runner/cache/log',
    }
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
    await docker(engine(), 'run', '--network=host', '--name', 'one', ...variables, 'runner')
    try {
      expect(github.calls).toEqual([REGISTER])
      expect(await docker(engine(), 'inspect', '--format', '{{.State.ExitCode}} {{.Config.User}}', 'one')).toBe(
        '0 runner',
      )
      for (const name of ['log', 'log.env', 'log.parent']) {
        await docker(engine(), 'cp', `one:/home/runner/cache/${name}`, join(folder, name))
      }
      const read = (name: string) => readFileSync(join(folder, name), 'utf8')
      expect(read('log')).toMatch(/^config --unattended .*\ntoken \w{64} {2}-\nrun 2\.333\.0 /)
      expect(read('log.env')).toContain('STUB=once')
      const seen = ['log', 'log.env', 'log.parent'].map(read).join('\n')
      for (const secret of [PAT, REGISTRATION_TOKEN]) expect(seen).not.toContain(secret)
    } finally {
      await docker(engine(), 'rm', '--force', 'one')
      await docker(engine(), 'image', 'rm', '--force', 'runner', 'runner-base')
    }
  })
})
