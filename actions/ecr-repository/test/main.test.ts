import { Failure, type Repository } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import { main, type Ports } from '../src/main.ts'

const REPOSITORY: Repository = {
  name: 'team/app',
  uri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app',
  registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  arn: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app',
  registryId: '123456789012',
  tagMutability: 'IMMUTABLE',
  encryptionType: 'KMS',
}

const portsWith = (ecr: Ports['ecr']): Ports => ({
  session: {
    region: 'eu-central-1',
    source: 'the environment',
    identity: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci' }),
  },
  ecr,
})

const FOUND = portsWith({ find: async () => REPOSITORY, create: () => Promise.reject(new Error('created')) })
const MISSING = portsWith({ find: async () => undefined, create: async () => REPOSITORY })

const inputs = (create: boolean) => ({
  aws: { region: 'eu-central-1', accountId: undefined, keys: undefined },
  repo: 'team/app',
  create,
})

const OUTPUTS = {
  repository_uri: REPOSITORY.uri,
  repository_arn: REPOSITORY.arn,
  repository_name: 'team/app',
  registry: REPOSITORY.registry,
  registry_id: '123456789012',
  region: 'eu-central-1',
  image_tag_mutability: 'IMMUTABLE',
  encryption_type: 'KMS',
}

describe('main', () => {
  test.each([
    ['finds', FOUND, false, 'Found', []],
    ['creates', MISSING, true, 'Created', ['created repository team/app']],
  ] as const)('%s the repository and gives every output', async (_, ports, created, word, changes) => {
    const job = memoryJob()
    expect(await main(inputs(true), ports, job)).toEqual({ ...OUTPUTS, created })
    expect(job.changes).toEqual(changes)
    expect(job.told.lines).toEqual([
      expect.stringMatching(/^group: Repository team\/app \(\+\d+ ms\)$/),
      'AWS identity: arn:aws:iam::123456789012:user/ci, account 123456789012, from the environment',
      `${word} ${REPOSITORY.uri}`,
    ])
    expect(job.told.summary).toEqual([
      `| Repository | Region | Tags | Encryption |  |\n| --- | --- | --- | --- | --- |\n| <code>${REPOSITORY.uri}</code> | <code>eu-central-1</code> | <code>IMMUTABLE</code> | <code>KMS</code> | ${word.toLowerCase()} |\n`,
    ])
  })

  test('does not create where it may not', async () => {
    const job = memoryJob()
    await expect(main(inputs(false), MISSING, job)).rejects.toThrow("Set 'create: true'")
    expect([job.changes, job.told.summary]).toEqual([[], []])
  })

  test('fails with the line of what AWS refused', async () => {
    const refused = new Failure('AWS denies ecr:DescribeRepositories.')
    const ports = portsWith({ find: () => Promise.reject(refused), create: async () => REPOSITORY })
    await expect(main(inputs(true), ports, memoryJob())).rejects.toBe(refused)
  })
})
