import { type Authorization, Failure } from '@container-actions/core'
import { memoryJob } from '@container-actions/core/testing'
import { describe, expect, test } from 'vitest'
import type { Inputs } from '../src/inputs.ts'
import { main, type Ports } from '../src/main.ts'
import { OWN, type PrivateRegistry } from '../src/registry.ts'

const HOUR = 3_600_000
const NOON = Date.parse('2026-11-21T12:00:00Z')

const login = (password: string, expiresAt?: Date): Authorization => ({
  username: 'AWS',
  password,
  token: 't',
  expiresAt,
})

/** AWS and Docker in memory: every account has its own host, and each login ends an hour after the one before. */
function memoryPorts() {
  const written: [string, Authorization][] = []
  let asked = 0
  const end = () => new Date(NOON - HOUR * asked++)
  const ports: Ports = {
    session: { identity: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci' }) },
    ecr: {
      async of({ account = '123456789012', region = 'eu-central-1' }: PrivateRegistry) {
        return { ...login(`pass-${account}`, end()), registry: `${account}.dkr.ecr.${region}.amazonaws.com` }
      },
      public: async () => login('pass-public', end()),
    },
    docker: {
      async logIn(logins) {
        written.push(...logins)
        return '/temp/docker'
      },
    },
  }
  return { ports, written }
}

const INPUTS: Inputs = {
  aws: { region: 'eu-central-1', accountId: undefined, keys: undefined, role: undefined },
  registries: [OWN],
  dockerConfig: 'isolated',
  logout: true,
  outputCredentials: false,
  image: undefined,
}

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'

describe('main', () => {
  test('a name that is too long for references is refused, and nothing is written', async () => {
    const { ports, written } = memoryPorts()
    const image = `${'a'.repeat(255 - HOST.length)}:1`
    await expect(main({ ...INPUTS, image }, ports, memoryJob())).rejects.toThrow(
      /^Input 'repo' and the registry 123456789012\.dkr\.ecr\.eu-central-1\.amazonaws\.com together have 256 characters, but Docker accepts at most 255\./,
    )
    expect(written).toEqual([])
  })

  test('logs in to the own registry and gives every output', async () => {
    const { ports, written } = memoryPorts()
    const job = memoryJob()
    expect(await main({ ...INPUTS, image: 'team/app:1' }, ports, job)).toEqual({
      registry: HOST,
      registries: HOST,
      image: `${HOST}/team/app:1`,
      docker_config: '/temp/docker',
      expires_at: '2026-11-21T12:00:00.000Z',
      account_id: '123456789012',
    })
    expect(written.map(([host, { password }]) => [host, password])).toEqual([[HOST, 'pass-123456789012']])
    expect(job.told.lines).toContain(
      `Logged in to ${HOST}, until 2026-11-21T12:00:00.000Z. DOCKER_CONFIG is /temp/docker`,
    )
  })

  test('logs in to many, in the order of the input, and tells the first end', async () => {
    const { ports, written } = memoryPorts()
    const registries = [
      { ...OWN, account: '111122223333' },
      { kind: 'public' as const },
      {
        kind: 'private' as const,
        account: '123456789012',
        region: 'eu-west-1',
        host: '123456789012.dkr-ecr.eu-west-1.on.aws',
      },
    ]
    const outputs = await main({ ...INPUTS, registries, image: 'app:1' }, ports, memoryJob())
    expect(outputs).toMatchObject({
      registry: '111122223333.dkr.ecr.eu-central-1.amazonaws.com',
      registries:
        '111122223333.dkr.ecr.eu-central-1.amazonaws.com\npublic.ecr.aws\n123456789012.dkr-ecr.eu-west-1.on.aws',
      image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1',
      expires_at: '2026-11-21T10:00:00.000Z',
    })
    expect(written.map(([host, { password }]) => [host, password])).toEqual([
      ['111122223333.dkr.ecr.eu-central-1.amazonaws.com', 'pass-111122223333'],
      ['public.ecr.aws', 'pass-public'],
      ['ecr-public.aws.com', 'pass-public'],
      ['123456789012.dkr-ecr.eu-west-1.on.aws', 'pass-123456789012'],
      ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'pass-123456789012'],
    ])
  })

  test('gives credentials only where it is asked to', async () => {
    const { ports } = memoryPorts()
    expect(JSON.stringify(await main(INPUTS, ports, memoryJob()))).not.toContain('pass-')
    expect(await main({ ...INPUTS, outputCredentials: true }, ports, memoryJob())).toMatchObject({
      docker_username_123456789012_dkr_ecr_eu_central_1_amazonaws_com: 'AWS',
      docker_password_123456789012_dkr_ecr_eu_central_1_amazonaws_com: 'pass-123456789012',
    })
  })

  test('knows no end where AWS names none', async () => {
    const { ports } = memoryPorts()
    const ecr = { ...ports.ecr, of: async () => ({ ...login('p'), registry: 'r' }) }
    const job = memoryJob()
    expect(await main(INPUTS, { ...ports, ecr }, job)).toMatchObject({ expires_at: '' })
    expect(job.told.lines).toContain('Logged in to r. DOCKER_CONFIG is /temp/docker')
  })

  test.each<[string, (ports: Ports, fail: () => Promise<never>) => Ports]>([
    ['the identity is wrong', (ports, identity) => ({ ...ports, session: { identity } })],
    ['one of the logins is refused', (ports, fail) => ({ ...ports, ecr: { ...ports.ecr, public: fail } })],
  ])('writes nothing when %s', async (_, breaking) => {
    const { ports, written } = memoryPorts()
    const broken = breaking(ports, () => Promise.reject(new Failure('Mend this.')))
    const registries = [OWN, { kind: 'public' as const }]
    await expect(main({ ...INPUTS, registries }, broken, memoryJob())).rejects.toThrow('Mend this.')
    expect(written).toEqual([])
  })
})
