import { CreateRepositoryCommand, GetAccountSettingCommand, PutAccountSettingCommand } from '@aws-sdk/client-ecr'
import { beforeAll, expect, test } from 'vitest'
import { digestOf } from './support/registry-client.ts'
import { useServer } from './support/server.ts'

const { ecr, registry } = await useServer()

beforeAll(async () => {
  for (const repositoryName of ['source', 'target']) await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  const encryptionConfiguration = { encryptionType: 'KMS' as const }
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'secret', encryptionConfiguration }))
  await registry.image('source', 'v1', 'used layer')
})

const mount = (digest: string, from = 'source', repository = 'target') =>
  registry.fetch(`/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from}`, { method: 'POST' })

const setting = (value: string) => ecr.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value }))

test('is off until the account switches it on', async () => {
  expect(await ecr.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }))).toMatchObject({ value: 'DISABLED' })
  const answer = await mount(digestOf('used layer'))
  expect([answer.status, answer.headers.has('docker-upload-uuid')]).toEqual([202, true])
})

test('takes over a layer that an image of the source uses', async () => {
  await setting('ENABLED')
  const digest = digestOf('used layer')
  const answer = await mount(digest)
  expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([201, digest])
  expect(await (await registry.fetch(`/v2/target/blobs/${digest}`)).text()).toBe('used layer')
})

test('is an ordinary upload in every other case', async () => {
  const unused = await registry.layer('source', 'unused layer')
  const digest = digestOf('used layer')
  const answers = [
    await mount(unused),
    await mount(digestOf('absent')),
    await mount(digest, 'nowhere'),
    await mount(digest, 'source', 'secret'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
})

test('an unknown setting, or value, is refused', async () => {
  await expect(setting('PERHAPS')).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(ecr.send(new GetAccountSettingCommand({ name: '__proto__' }))).rejects.toMatchObject({
    name: 'ValidationException',
  })
})
