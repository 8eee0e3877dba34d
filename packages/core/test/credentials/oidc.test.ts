import { describe, expect, test } from 'vitest'
import { awsHttp } from '../../src/aws/http.ts'
import { Failure } from '../../src/base/failure.ts'
import { claimsOf, oidcToken, tokenRequest } from '../../src/credentials/oidc.ts'
import { httpServer, json } from '../support/http-server.ts'

const HTTP = awsHttp({})
const FOREVER = new AbortController().signal

const ask = (url: string, audience?: string) => oidcToken({ url, token: 'r3quest' }, audience, HTTP, FOREVER)

describe('tokenRequest', () => {
  test('is there where the job may ask', () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x.example/?a=1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' }
    expect(tokenRequest(env)).toEqual({ url: 'https://x.example/?a=1', token: 't' })
    for (const name of Object.keys(env)) expect(tokenRequest({ ...env, [name]: '' })).toBeUndefined()
  })
})

describe('oidcToken', () => {
  test('asks with the token of the job, for the audience', async () => {
    const server = await httpServer((_, response) => json(response, 200, { value: 'a.b.c', count: 1 }))
    expect(await ask(`${server.url}/token?api-version=2.0`, 'sts.amazonaws.com')).toBe('a.b.c')
    expect(await ask(`${server.url}/token?api-version=2.0`)).toBe('a.b.c')
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        url: '/token?api-version=2.0&audience=sts.amazonaws.com',
        headers: { authorization: 'Bearer r3quest' },
      },
      { url: '/token?api-version=2.0' },
    ])
  })

  test.each([
    [403, { message: 'Permission\ndenied.' }, '403 (Permission denied.)'],
    [401, {}, '401'],
  ])('says what GitHub answered: %d %j', async (status, body, said) => {
    const server = await httpServer((_, response) => json(response, status, body))
    await expect(ask(server.url)).rejects.toThrow(
      new Failure(
        `GitHub gave no OIDC token: its endpoint answered ${said}. The job needs 'permissions: { id-token: write, contents: read }' (a pull request from a fork never gets it).`,
      ),
    )
  })

  test.each(['{}', '[]', '<html>'])('says that %s is no answer of GitHub', async (body) => {
    const server = await httpServer((_, response) => response.end(body))
    await expect(ask(server.url)).rejects.toThrow(
      new Failure(
        `GitHub gave no OIDC token: what answered at ${new URL(server.url).host} (status 200) is not GitHub. Check the proxy of the runner.`,
      ),
    )
  })

  test('says where GitHub cannot be reached', async () => {
    await expect(ask('http://127.0.0.1:1/?t=1')).rejects.toThrow(
      new Failure(
        "GitHub's endpoint for OIDC tokens cannot be reached at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1. Check the network and the proxy of the runner.",
      ),
    )
  })

  test('ends when the job is cancelled', async () => {
    const cancel = new AbortController()
    const reason = new Error('Cancelled')
    const server = await httpServer(() => cancel.abort(reason))
    const asked = oidcToken({ url: server.url, token: 't' }, undefined, HTTP, cancel.signal)
    await expect(asked).rejects.toBe(reason)
  })
})

test.each([
  [
    { iss: 'i', sub: 's', aud: 'a', exp: 1 },
    { iss: 'i', sub: 's', aud: 'a' },
  ],
  [{ iss: 1 }, { iss: '', sub: '', aud: '' }],
  ['text', { iss: '', sub: '', aud: '' }],
])('the claims of %j are %j', (payload, claims) => {
  expect(claimsOf(`x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.y`)).toEqual(claims)
})

test.each(['', 'a', 'a.b.c', 'a.bnVsbA.c'])('%j has no claims', (token) => {
  expect(claimsOf(token)).toEqual({ iss: '', sub: '', aud: '' })
})
