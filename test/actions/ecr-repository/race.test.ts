import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../packages/ecr-local/src/index.ts'
import { runBundle } from '../../support/bundle-process.ts'
import { ALL, useRepositoryAction } from '../../support/ecr-repository.ts'
import { startEcrGate } from './support/ecr-gate.ts'

const { ecr, stateOf } = useRepositoryAction()

const JOBS = 50
const inputs = Object.fromEntries(Object.entries(ALL).map(([name, value]) => [name, String(value)]))

describe(`${JOBS} processes at once on one missing repository`, () => {
  it.each<[string, Fault[]]>([
    ['without throttling', []],
    [
      'with throttling',
      [
        { operation: 'DescribeRepositories', perSecond: 10 },
        { operation: 'CreateRepository', perSecond: 5 },
        { operation: 'GetLifecyclePolicy', perSecond: 5 },
      ],
    ],
  ])('all succeed, and one of them says that it created it: %s', { timeout: 300_000 }, async (_, faults) => {
    for (const fault of faults) ecr().addFault(fault)
    // Nobody creates before everybody has seen that there is none.
    const missing = { operation: 'CreateRepository', text: 'RepositoryNotFoundException', count: JOBS }
    await using gate = await startEcrGate(ecr().endpoint, missing)
    const env = { ...ecr().environment, AWS_ENDPOINT_URL_ECR: gate.endpoint }
    const results = await Promise.all(Array.from({ length: JOBS }, () => runBundle('ecr-repository', { inputs, env })))

    const errors = results.flatMap(({ stdout }) => stdout.match(/^::error::.*/gm) ?? [])
    expect(errors).toEqual([])
    expect(results.map(({ exitCode }) => exitCode)).toEqual(Array(JOBS).fill(0))
    expect(results.filter(({ outputs }) => outputs['created'] === 'true')).toHaveLength(1)
    const uris = new Set(results.map(({ outputs }) => outputs['repository_uri']))
    expect(uris).toEqual(new Set([`${ecr().registry}/team/app`]))

    const creations = ecr().calls.filter(({ operation }) => operation === 'CreateRepository')
    const ended = (error: string | undefined) => creations.filter((call) => call.error === error)
    expect(ended(undefined)).toHaveLength(1)
    expect(ended('RepositoryAlreadyExistsException')).toHaveLength(JOBS - 1)
    expect(ended('ThrottlingException').length > 0).toBe(faults.length > 0)
    expect(await stateOf('team/app')).toMatchObject({
      mutability: 'IMMUTABLE_WITH_EXCLUSION',
      lifecycle: { rules: [{}, {}, {}] },
      policy: { Statement: [{}, {}] },
      tags: { team: 'web', env: 'prod' },
    })
  })
})
