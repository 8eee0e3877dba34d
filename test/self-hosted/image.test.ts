import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { interpolate, isTrue } from '../../packages/runner-harness/src/expressions.ts'
import { createJob, type Step } from '../../packages/runner-harness/src/index.ts'
import { digestOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { type FakeGitHub, fakeGitHub } from '../../packages/stand-ins/src/github-api.ts'

interface WorkflowStep {
  readonly id?: string
  readonly uses: string
  readonly if?: string
  readonly with?: Readonly<Record<string, string>>
}
const WORKFLOW = parse(readFileSync(join(REPOSITORY, 'workflows-examples/runner-image.yml'), 'utf8'))
const STEPS: readonly WorkflowStep[] = WORKFLOW.jobs.image.steps
const OURS = 'org/actions/'
const RELEASE = '2.999.0'

const release = {
  tag_name: `v${RELEASE}`,
  published_at: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  draft: false,
  prerelease: false,
  body: '',
  assets: [],
}

describe('the workflow that keeps the image of the runners current', () => {
  const engine = useEngine('sid')
  let ecr: EcrLocal
  let github: FakeGitHub
  beforeEach(async () => {
    ecr = await startEcrLocal()
    github = await fakeGitHub((call) => (call.includes('/releases') ? { body: [release] } : undefined))
  })
  afterEach(async () => {
    await ecr.close()
    await github[Symbol.asyncDispose]()
  })

  /** The steps of these actions for an event, with a Dockerfile that installs a version. @returns those that ran */
  async function run(event: string, installed: string): Promise<Step[]> {
    const dockerfile = `ARG RUNNER_VERSION=${installed}\nFROM scratch\nARG RUNNER_VERSION\nLABEL runner=$RUNNER_VERSION\nCOPY app /app\n`
    await using job = await createJob({
      machine: { ...engine().env, ...ecr.environment },
      apiUrl: github.url,
      workspace: { 'runner/Dockerfile': dockerfile, 'runner/app': 'an app' },
    })
    const steps: Record<string, object> = {}
    const ran: Step[] = []
    for (const { id, uses, with: inputs = {}, if: condition = 'success()' } of STEPS) {
      if (!uses.startsWith(OURS)) continue
      const scope = { contexts: { github: { event_name: event }, steps }, status: 'success' } as const
      if (!isTrue(condition, scope)) continue
      const given = Object.entries(inputs).map(([name, text]) => [name, interpolate(String(text), scope)])
      const step = await job.run(uses.slice(OURS.length).replace(/@.*/, ''), { with: Object.fromEntries(given) })
      expect(step.conclusion, step.log).toBe('success')
      if (id !== undefined) steps[id] = { outputs: step.outputs }
      ran.push(step)
    }
    return ran
  }

  it('builds a newer runner on one night, and nothing on the next', async () => {
    const [, push] = await run('schedule', '2.330.0')
    expect(push?.outputs).toMatchObject({ pushed: 'true', tags: `${RELEASE},latest` })
    const digest = await digestOf(ecr, 'ci/runner', RELEASE)
    expect(digest).toBe(await digestOf(ecr, 'ci/runner', 'latest'))

    const [, again] = await run('schedule', '2.330.0')
    expect(again?.outputs).toMatchObject({ skipped: 'true', pushed: 'false' })
    expect(await digestOf(ecr, 'ci/runner', 'latest')).toBe(digest)
  })

  it('builds nothing while the Dockerfile is current, but when it changes', async () => {
    expect(await run('schedule', RELEASE)).toHaveLength(1)
    expect(ecr.calls).toEqual([])
    const [, push] = await run('push', RELEASE)
    expect(push?.outputs['tags']).toBe(`${RELEASE},latest`)
  })

  it('builds what the Dockerfile says where GitHub cannot be asked', async () => {
    await github[Symbol.asyncDispose]()
    const [, push] = await run('workflow_dispatch', '2.330.0')
    // Where this machine reaches it, the page of the latest release tells another one.
    expect(push?.outputs['tags']).toMatch(/^2\.\d+\.\d+,latest$/)
  })
})
