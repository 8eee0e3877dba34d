import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { registryClient } from '../../packages/ecr-local/test/support/registry-client.ts'
import { writeFiles } from '../../packages/runner-harness/src/folders.ts'
import { authorizationOf, clientOf, createRepository, digestOf } from '../../packages/stand-ins/src/ecr-client.ts'
import { needProgram, runProgram, succeed } from '../support/client-programs.ts'
import { type EcrNames, startEcrNames } from './support/ecr-names.ts'

const SKOPEO = '/usr/bin/skopeo'
const HELPER = '/usr/bin/docker-credential-ecr-login'
/** Else it compresses what it copies. */
const SAME = ['--preserve-digests']
const OTHER = '111122223333'

let ecr: EcrLocal
let folder: string
let digest: string

beforeAll(async () => {
  ecr = await startEcrLocal()
  folder = mkdtempSync(join(tmpdir(), 'skopeo-'))
  for (const name of ['team/app', 'team/copy']) await createRepository(ecr, name)
  digest = (await (await registryClient(clientOf(ecr))).image('team/app', 'v1', 'a layer')).digest
})
afterAll(async () => {
  await ecr.close()
  rmSync(folder, { recursive: true })
})

describe("Debian's skopeo", () => {
  needProgram(SKOPEO, 'clients.sh')
  const at = (image: string) => `docker://${ecr.registry}/${image}`
  const skopeo = (...args: string[]) => succeed(SKOPEO, ['--insecure-policy', ...args])
  let source: string[]
  let target: string[]
  let login: string[]

  beforeAll(async () => {
    const auths = { [ecr.registry]: { auth: await authorizationOf(ecr) } }
    writeFiles(folder, { 'auth.json': JSON.stringify({ auths }) })
    login = ['--authfile', join(folder, 'auth.json')]
    source = [...login, '--src-tls-verify=false']
    target = [...login, '--dest-tls-verify=false']
  })

  it('inspects', async () => {
    const found = JSON.parse(await skopeo('inspect', ...login, '--tls-verify=false', at('team/app:v1')))
    expect(found).toMatchObject({ Digest: digest, RepoTags: ['v1'], Architecture: 'amd64', Os: 'linux' })
    const absent = await runProgram(SKOPEO, ['inspect', ...login, '--tls-verify=false', at('team/app:v2')])
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('manifest unknown')])
  })

  it('copies between repositories, and to a folder and back', async () => {
    await skopeo('copy', ...source, '--dest-tls-verify=false', ...SAME, at('team/app:v1'), at('team/copy:v1'))
    expect(await digestOf(ecr, 'team/copy', 'v1')).toBe(digest)
    const layout = `oci:${join(folder, 'layout')}:v1`
    await skopeo('copy', ...source, ...SAME, at('team/copy:v1'), layout)
    await skopeo('copy', ...target, ...SAME, layout, at('team/copy:back'))
    expect(await digestOf(ecr, 'team/copy', 'back')).toBe(digest)
  })

  it('converts to the format of docker', async () => {
    await skopeo(
      'copy',
      ...source,
      '--dest-tls-verify=false',
      '--format=v2s2',
      at('team/app:v1'),
      at('team/copy:docker'),
    )
    const raw = await skopeo('inspect', '--raw', ...login, '--tls-verify=false', at('team/copy:docker'))
    expect(JSON.parse(raw).mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json')
  })

  it('lists tags and deletes', async () => {
    const tags = await skopeo('list-tags', ...login, '--tls-verify=false', at('team/copy'))
    expect(JSON.parse(tags).Tags.sort()).toEqual(['back', 'docker', 'v1'])
    await skopeo('delete', ...login, '--tls-verify=false', at('team/copy:docker'))
    expect(await digestOf(ecr, 'team/copy', 'docker')).toBeUndefined()
  })
})

/** It takes no endpoint, and accepts no answer but one with a name of ECR's own. */
describe("Debian's docker-credential-ecr-login", () => {
  needProgram(HELPER, 'clients.sh')
  let names: EcrNames
  let env: Record<string, string>

  beforeAll(async () => {
    names = await startEcrNames(ecr, [ecr.account, OTHER], folder)
    // It keeps tokens below the home.
    env = { ...names.environment, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
  })
  afterAll(() => names[Symbol.asyncDispose]())

  const statusOf = async (user: string, password: string) => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    return (await fetch(`http://${ecr.registry}/v2/`, { headers: { authorization } })).status
  }

  it.each(['its own', 'another'])('gets a login for the registry of %s account', async (whose) => {
    const account = whose === 'another' ? OTHER : ecr.account
    const { Username, Secret } = JSON.parse(await succeed(HELPER, ['get'], { env, input: names.host(account) }))
    expect(Username).toBe('AWS')
    expect(await statusOf(Username, Secret)).toBe(200)
    expect(ecr.calls.filter((call) => call.operation === 'GetAuthorizationToken').at(-1)).toMatchObject({
      account: ecr.account,
      region: ecr.region,
      status: 200,
    })
  })

  it('gives skopeo the login, by TLS and under the name of ECR', async () => {
    writeFiles(folder, { 'helper.json': JSON.stringify({ credHelpers: { [names.host(ecr.account)]: 'ecr-login' } }) })
    const skopeo = (...args: string[]) =>
      succeed(SKOPEO, ['--insecure-policy', ...args, '--authfile', join(folder, 'helper.json')], { env })
    const at = (image: string) => `docker://${names.host(ecr.account)}/${image}`
    await skopeo('copy', ...SAME, at('team/app:v1'), at('team/copy:helped'))
    expect(JSON.parse(await skopeo('inspect', at('team/copy:helped')))).toMatchObject({ Digest: digest })
  })
})
