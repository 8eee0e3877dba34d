import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { digestOf, tokenStarts } from '../../packages/stand-ins/src/ecr-client.ts'
import { tracesOf, useAct, withAct } from '../support/act/act.ts'

/** The workflow as it was before, with the actions that ours replace. */
const BEFORE = readFileSync(new URL('../fixtures/build-and-publish.yml', import.meta.url), 'utf8')

const AFTER = BEFORE.replace('tj-actions/branch-names@v5.2', 'org/actions/branch-name@v1').replace(
  'kciter/aws-ecr-action@v4',
  'org/actions/ecr-push@v1',
)

describe.each(['bookworm', 'sid'] as const)("the posts' workflow on act, with the engine of %s", (kind) => {
  useAct()
  const engine = useEngine(kind)

  const given = (machine: Readonly<Record<string, string>>) => ({
    workflow: AFTER,
    branch: 'master',
    files: { 'docker/Dockerfile': 'FROM scratch\nCOPY app /app\n', app: 'an app' },
    machine: { ...engine().env, ...machine },
  })

  it('builds and pushes with only its uses: lines changed', async () => {
    await using ecr = await startEcrLocal()
    await withAct(given(ecr.environment), async ({ exitCode, log, sha, folder }) => {
      expect(exitCode, log).toBe(0)
      const digests = await Promise.all(['latest', sha].map((tag) => digestOf(ecr, 'base/master', tag)))
      expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(digests[1]).toBe(digests[0])
      for (const secret of await tokenStarts(ecr)) expect(tracesOf(secret, { log, folder })).toEqual([])
    })
  })

  it('turns red when the push does not work', async () => {
    await using ecr = await startEcrLocal()
    const machine = { ...ecr.environment, AWS_SECRET_ACCESS_KEY: 'not-the-secret-of-this-key' }
    await withAct(given(machine), ({ exitCode, log }) => {
      expect(exitCode).not.toBe(0)
      expect(log).toContain('AWS refuses the secret access key')
    })
  })
})
