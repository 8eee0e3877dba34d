import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetRepositoryPolicyCommand, ListImagesCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type EcrLocal, startEcrLocal } from '../../../packages/ecr-local/src/index.ts'
import type { Step } from '../../../packages/runner-harness/src/index.ts'
import { githubToken, type Place, startTokenEndpoint } from '../../support/aws-places.ts'
import { startDaemonStandIn } from '../../support/docker-stand-in.ts'
import { FEW_VALUES, FREE, HOSTILE_VALUES, REMOTE, STRICT } from './support/hostile-inputs.ts'
import { type HostileJob, hostileJob, refusal } from './support/hostile-job.ts'

let ecr: EcrLocal
let daemon: Place
beforeAll(async () => {
  ecr = await startEcrLocal()
  daemon = await startDaemonStandIn()
})
afterAll(async () => {
  await daemon[Symbol.asyncDispose]()
  await ecr.close()
})

const namesIn = (line: string, names: readonly string[]) => names.filter((name) => line.includes(`Input '${name}'`))

async function seenBy({ job, docker, client }: HostileJob, step: Step) {
  const calls = docker.calls()
  const { imageIds = [] } = await client.send(new ListImagesCommand({ repositoryName: 'app' }))
  const { policyText = '' } = await client.send(new GetRepositoryPolicyCommand({ repositoryName: 'app' }))
  const recorded = readFileSync(join(job.folders.workspace, 'recorded'), 'utf8')
  // Without a context, the command only reads its options.
  const builds = calls.filter((argv) => argv[1] === 'build' && argv.includes('--'))
  expect(builds).toHaveLength(1)
  return {
    ...{ docker: calls, build: builds[0] ?? [], script: recorded.split('\0').slice(0, -1), secret: docker.secret() },
    ...{ tags: imageIds.map(({ imageTag = '' }) => imageTag), policy: policyText, log: step.raw },
  }
}

describe('a hostile value in an input of ecr-push', () => {
  it('is tried in every input of action.yml', () => {
    const { inputs } = parse(readFileSync(new URL('../../../actions/ecr-push/action.yml', import.meta.url), 'utf8'))
    expect(Object.keys(inputs).sort()).toEqual([...Object.keys(FREE), ...Object.keys(STRICT), ...REMOTE].sort())
  })

  it.concurrent.each(HOSTILE_VALUES)('comes to its place as it is, or is refused by its form: %j', async (value) => {
    const hostile = await hostileJob({ ecr, daemon }, value)
    await using _ = hostile.job
    let names = Object.keys(FREE)
    let step: Step
    for (;;) {
      const given = names.map((name) => [name, FREE[name]?.given(value) ?? ''] as const)
      step = await hostile.push({ set_repo_policy: 'true', assume_role: 'push', ...Object.fromEntries(given) })
      if (step.conclusion === 'success') break
      const line = refusal(step, hostile)
      const refused = namesIn(line, names)
      expect(refused, line).not.toEqual([])
      expect(
        refused.filter((name) => !FREE[name]?.hasForm),
        line,
      ).toEqual([])
      names = names.filter((name) => !refused.includes(name))
    }
    const seen = await seenBy(hostile, step)
    expect(Object.fromEntries(names.map((name) => [name, FREE[name]?.arrivals(value, seen)]))).toEqual(
      Object.fromEntries(names.map((name) => [name, 1])),
    )
    if (value === 'plain') expect(names).toEqual(Object.keys(FREE))
    expect(step.files.workspace.filter((file) => file.includes('PWNED') && !file.startsWith(value))).toEqual([])
  })

  it.concurrent.each(FEW_VALUES)(
    'is refused where it is not of the form, before anything is done: %j',
    async (value) => {
      const hostile = await hostileJob({ ecr, daemon }, value)
      await using job = hostile.job
      const names = Object.keys(STRICT)
      const line = refusal(await hostile.push(Object.fromEntries(names.map((name) => [name, value]))), hostile)
      const refused = namesIn(line, names)
      expect(names.filter((name) => !refused.includes(name) && !STRICT[name]?.test(value))).toEqual([])
      expect(job.steps[0]?.files.workspace).not.toContain('PWNED')
    },
  )

  it.concurrent.each(FEW_VALUES)('is no key of AWS: %j', async (value) => {
    const hostile = await hostileJob({ ecr, daemon }, value)
    await using _ = hostile.job
    const keys = {
      access_key_id: `AKIA${value}`,
      secret_access_key: `secret-${value}`,
      session_token: `token-${value}`,
    }
    expect(refusal(await hostile.push(keys), hostile)).toMatch(/\.$/)
  })

  it.concurrent.each(FEW_VALUES)('goes to GitHub as the audience of its token: %j', async (value) => {
    const endpoint = await startTokenEndpoint(githubToken())
    await using _ = endpoint
    const keys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
    const hostile = await hostileJob({ ecr, daemon }, value, { ...endpoint.environment, ...keys })
    await using __ = hostile.job
    await hostile.push({ assume_role: 'arn:aws:iam::123456789012:role/push', oidc_audience: value })
    const asked = endpoint.requests.map(({ line }) => new URL(line.split(' ')[1] ?? '', endpoint.url))
    expect(asked.map(({ searchParams }) => searchParams.get('audience'))).toEqual([value])
  })

  it.each([
    [
      'one of them',
      { provenance: `mode=${'x'.repeat(131_040)}` },
      /^An argument of docker has 131\d{3} bytes, .* "--provenance=mode=x/,
    ],
    [
      'all of them',
      { labels: 'a\n'.repeat(62_000), build_args: 'A=\n'.repeat(42_000), ssh: 'a=record.sh\n'.repeat(10_000) },
      /^The \d+ arguments of docker and its variables have \d+ bytes, .* Most of them are of "--(?:label|build-arg|ssh)": /,
    ],
  ])('is refused in one line where the system does not take it: %s', async (_, given, line) => {
    const hostile = await hostileJob({ ecr, daemon }, 'plain')
    await using __ = hostile.job
    expect(refusal(await hostile.push(given), hostile)).toMatch(line)
  })
})
