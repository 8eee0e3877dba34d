import { Failure } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { expect, test } from 'vitest'
import type { BuilderChoice } from '../../src/builder/choose-builder.ts'
import { withBuilder } from '../../src/builder/with-builder.ts'
import { memoryPorts, REPOSITORY } from '../support/ports.ts'

const HOW: BuilderChoice = {
  by: 'buildx',
  output: 'registry',
  builder: undefined,
  temporaryReasons: [],
  omitted: [],
  notices: [],
}
const OWN: BuilderChoice = { ...HOW, temporaryReasons: ["Input 'sbom' needs more."] }
const INSTEAD: BuilderChoice = { ...HOW, output: 'engine', builder: 'default', notices: ['Left out.'] }

function step({
  choice = OWN,
  engineProblem,
  registry = REPOSITORY.registry,
}: {
  choice?: BuilderChoice
  engineProblem?: string
  registry?: string
} = {}) {
  const job = memoryJob()
  const ports = memoryPorts(engineProblem === undefined ? {} : { engineProblem })
  const run = <T>(
    work: (choice: BuilderChoice) => Promise<T>,
    fallback: (problem: string) => BuilderChoice = () => INSTEAD,
  ) => withBuilder({ choice, fallback }, { registry }, ports.docker, job, work)
  return { job, calls: ports.calls, run }
}

test('makes no builder where none is needed', async () => {
  const { calls, run } = step({ choice: HOW })
  expect(await run(async (choice) => choice)).toBe(HOW)
  expect(calls).toEqual([])
})

test('builds with one of its own, says why, and removes it', async () => {
  const { job, calls, run } = step()
  expect((await run(async (choice) => choice)).builder).toMatch(/^ecr-push-[0-9a-f]{12}$/)
  expect(calls).toEqual(['make ecr-push-…', 'remove ecr-push-…'])
  expect(job.told.lines).toContain("This temporary builder is removed after the build: Input 'sbom' needs more.")
})

test.each([
  ['127.0.0.1:5000', ' in the host network'],
  ['localhost:5000', ' in the host network'],
  ['[::1]:5000', ' in the host network'],
  ['127.example.com', ''],
  ['10.0.0.1:5000', ''],
])('for the registry %s it is made%s', async (registry, where) => {
  const { calls, run } = step({ registry })
  await run(async () => undefined)
  expect(calls[0]).toBe(`make ecr-push-…${where}`)
})

test('removes it when the build fails', async () => {
  const { calls, run } = step()
  await expect(run(() => Promise.reject(new Failure('The build failed.')))).rejects.toThrow('The build failed.')
  expect(calls).toEqual(['make ecr-push-…', 'remove ecr-push-…'])
})

test('does without one that cannot be made, and says so, or fails', async () => {
  const { job, calls, run } = step({ engineProblem: 'No such image.' })
  expect(await run(async (choice) => choice)).toBe(INSTEAD)
  expect(job.told.lines).toContain('notice: Left out.')
  expect(calls).toEqual(['make ecr-push-…', 'remove ecr-push-…'])
  const refuse = (problem: string): never => {
    throw new Failure(problem)
  }
  await expect(run(async (choice) => choice, refuse)).rejects.toThrow('No such image.')
})
