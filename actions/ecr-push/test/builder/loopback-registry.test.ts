import { expect, test } from 'vitest'
import type { BuilderChoice } from '../../src/builder/choose-builder.ts'
import { checkLoopback } from '../../src/builder/loopback-registry.ts'
import { memoryPorts, TOOLSETS } from '../support/ports.ts'

const HERE = '127.0.0.1:5000/team/app'
const ROOTLESS = { ...TOOLSETS.buildx, engine: { ...TOOLSETS.buildx.engine, rootless: true } }
const CONTAINED = { ...ROOTLESS.selected, driver: 'docker-container' } as NonNullable<typeof ROOTLESS.selected>

async function check(
  repository: string,
  {
    toolset = ROOTLESS,
    own = [],
    problem = 'connection refused',
  }: {
    own?: readonly string[]
    toolset?: typeof TOOLSETS.buildx
    problem?: string | undefined
  } = {},
) {
  const { calls, unreached } = memoryPorts({ ...(problem === '' ? {} : { registryProblem: problem }) })
  const choice = { temporaryReasons: own } as unknown as BuilderChoice
  const error = await checkLoopback(repository, toolset, { choice, fallback: () => choice }, unreached).catch(String)
  return { calls, error }
}

test('a registry that a rootless engine gets no connection to is refused, with what to change', async () => {
  const { calls, error } = await check(HERE)
  expect(calls).toEqual([`reach ${HERE}:latest`])
  expect(error).toMatch(
    /^Failure: Docker's engine is rootless, .* does not reach the registry 127\.0\.0\.1:5000 on the loopback of this machine: connection refused\. .*'--publish'.*insecure-registries.*--detach-netns\.$/,
  )
})

test('a builder that is made in such an engine does not reach it either', async () => {
  expect((await check(HERE, { toolset: { ...ROOTLESS, selected: CONTAINED }, own: ['x'] })).error).toMatch(/rootless/)
})

test('one that it reaches is fine', async () => {
  expect(await check(HERE, { problem: '' })).toEqual({ calls: [`reach ${HERE}:latest`], error: undefined })
})

test.each([
  ['a registry elsewhere', '123456789012.dkr.ecr.eu-central-1.amazonaws.com/app', ROOTLESS],
  ['an engine of root', HERE, TOOLSETS.buildx],
  ['a builder elsewhere', HERE, { ...ROOTLESS, selected: CONTAINED }],
  ['an engine that is down', HERE, { ...ROOTLESS, engine: { kind: 'none' as const, problem: 'down' } }],
])('nobody is asked about %s', async (_, repository, toolset) => {
  expect(await check(repository, { toolset })).toEqual({ calls: [], error: undefined })
})
