import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import type { AwsSession } from '../../src/credentials/session.ts'
import { registryAuthorization } from '../../src/ecr/authorization.ts'
import { recordedAws } from '../support/recorded-aws.ts'

const EXPIRES = new Date('2026-11-22T00:00:00Z')
const TOKEN = Buffer.from('AWS:pass:word').toString('base64')

function aws(data: object) {
  const { calls, session } = recordedAws({ authorizationData: [data] })
  const masks: string[] = []
  return {
    calls,
    masks,
    session: { ...session, mask: (secret: string) => masks.push(secret) } as unknown as AwsSession,
  }
}

describe('a login for a registry', () => {
  test.each([
    [undefined, {}],
    ['111122223333', { registryIds: ['111122223333'] }],
  ])('of account %s has user, password, end and the host that AWS names', async (account, input) => {
    const data = { authorizationToken: TOKEN, expiresAt: EXPIRES, proxyEndpoint: 'https://r.example:5000' }
    const { calls, masks, session } = aws(data)
    expect(await registryAuthorization(session, account)).toEqual({
      registry: 'r.example:5000',
      endpoint: 'https://r.example:5000',
      username: 'AWS',
      password: 'pass:word',
      token: TOKEN,
      expiresAt: EXPIRES,
    })
    expect(calls).toEqual([{ action: 'ecr:GetAuthorizationToken', repository: undefined, input }])
    expect(masks).toEqual(['pass:word', TOKEN])
  })

  test.each([
    [{ authorizationToken: TOKEN }, 'registry host'],
    [{ proxyEndpoint: 'https://r.example' }, 'token'],
    [{ authorizationToken: 'QVdTOg==', proxyEndpoint: 'https://r.example' }, 'token'],
  ])('%j is no login', async (data, what) => {
    await expect(registryAuthorization(aws(data).session)).rejects.toThrow(
      new Failure(`ECR in eu-central-1 returned no ${what} for GetAuthorizationToken.`),
    )
  })
})
