import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { prepareCustom } from '../../packages/docker-engine/src/custom.ts'
import { needEngine } from '../../packages/docker-engine/src/needed.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { createJob, type Job } from '../../packages/runner-harness/src/index.ts'
import { runCommands } from '../../packages/runner-harness/src/later-step.ts'
import { KIT } from './support/self-hosted-kit.ts'

/** What the runner asks Docker first, in "Initialize containers": DockerCommandManager.cs of actions/runner. */
const INITIALIZE = ['docker', 'version', '--format', '{{.Server.APIVersion}}'] as const

/** Where the values of the scale set have the hook. */
const HOOK: string = parse(readFileSync(join(KIT, 'arc/values.yaml'), 'utf8')).template.spec.containers[0].env.find(
  ({ name }: { name: string }) => name === 'ACTIONS_RUNNER_HOOK_JOB_STARTED',
).value

/**
 * The hook as the only file of a folder, as a ConfigMap has it. The runner runs a .js file with its own Node, with the
 * job's environment: https://github.com/actions/runner/blob/main/docs/adrs/1751-runner-job-hooks.md. That is a script
 * without inputs.
 */
function startHook(job: Job) {
  const folder = mkdtempSync(join(job.folders.root, 'config-map-'))
  copyFileSync(join(REPOSITORY, 'actions/docker-ready/dist', basename(HOOK)), join(folder, basename(HOOK)))
  writeFileSync(
    join(folder, 'action.yml'),
    JSON.stringify({ name: 'Hook', runs: { using: 'node24', main: basename(HOOK) } }),
  )
  return job.start(folder)
}

describe('the job-started hook of the scale set', () => {
  needEngine()

  it('is a file that the runner runs with its own Node', () => {
    expect(extname(HOOK)).toBe('.js')
  })

  it('holds a job back until a late daemon is ready', async () => {
    await using prepared = prepareCustom()
    await using job = await createJob({ machine: prepared.env })
    const hook = startHook(job)
    await hook.waitForLog(/Endpoint/)
    const engine = prepared.start()
    try {
      const ended = await hook.result
      expect(ended.log).toContain(`Docker is ready at ${prepared.env['DOCKER_HOST']} after`)
      const initialize = await runCommands(job, [INITIALIZE])
      expect(initialize.conclusion, initialize.log).toBe('success')
      expect(initialize.log).toMatch(/^1\.\d+$/m)
    } finally {
      await engine.kill()
    }
  })

  it('ends a job whose daemon never comes, with the cause', async () => {
    await using prepared = prepareCustom()
    await using job = await createJob({ machine: { ...prepared.env, DOCKER_READY_TIMEOUT: '500ms' } })
    const ended = await startHook(job).result
    expect(ended.conclusion).toBe('failure')
    expect(ended.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^Docker is not ready \(socket_missing\) after .* does not exist\. /),
      }),
    ])
  })
})
