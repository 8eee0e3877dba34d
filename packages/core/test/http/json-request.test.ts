import { describe, expect, test } from 'vitest'
import { awsHttp } from '../../src/aws/http.ts'
import { type JsonRequest, sendJson } from '../../src/http/json-request.ts'
import { httpServer, json } from '../support/http-server.ts'

const HTTP = awsHttp({})
const FOREVER = new AbortController().signal

const get =
  (url: string): (() => Promise<JsonRequest>) =>
  async () => ({
    method: 'GET',
    url: new URL(url),
    headers: { 'x-own': 'yes' },
  })

describe('sendJson', () => {
  test('sends method, headers and body, and gives status and JSON', async () => {
    const server = await httpServer((_, response) => json(response, 201, { a: 1 }))
    const request: JsonRequest = {
      method: 'POST',
      url: new URL(`${server.url}/x?y=1`),
      headers: { 'x-own': 'yes' },
      body: '{}',
    }
    expect(await sendJson(async () => request, HTTP, FOREVER)).toMatchObject({ status: 201, body: { a: 1 } })
    expect(server.requests).toMatchObject([{ method: 'POST', url: '/x?y=1', headers: { 'x-own': 'yes' }, body: '{}' }])
  })

  test.each([400, 403, 404])('takes %d for an answer', async (status) => {
    const server = await httpServer((_, response) => json(response, status, { message: 'no' }))
    expect(await sendJson(get(server.url), HTTP, FOREVER)).toMatchObject({ status, body: { message: 'no' } })
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    [500, {}],
    [503, {}],
    [429, {}],
    [400, { __type: 'ThrottlingException' }],
  ])('tries again after %d %j, with a request made anew', async (status, body) => {
    const server = await httpServer((_, response, number) => json(response, number < 3 ? status : 200, body))
    let made = 0
    const request = () => {
      made++
      return get(server.url)()
    }
    expect(await sendJson(request, HTTP, FOREVER)).toMatchObject({ status: 200, body })
    expect([server.requests.length, made]).toEqual([3, 3])
  })

  test('gives the last answer of a server that stays in trouble', async () => {
    const server = await httpServer((_, response) => json(response, 500, 'oh'))
    expect(await sendJson(get(server.url), HTTP, FOREVER)).toMatchObject({ status: 500, body: 'oh' })
    expect(server.requests).toHaveLength(4)
  })

  test('tries again where the connection breaks', async () => {
    const server = await httpServer((_, response, number) => {
      if (number === 1) response.destroy()
      else json(response, 200, {})
    })
    expect(await sendJson(get(server.url), HTTP, FOREVER)).toMatchObject({ status: 200, body: {} })
    expect(server.requests).toHaveLength(2)
  })

  test('throws what Node says where nobody listens', async () => {
    await expect(sendJson(get('http://127.0.0.1:1/'), HTTP, FOREVER)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('does not wait for ever', async () => {
    const server = await httpServer(() => undefined)
    // Long enough for each request to arrive.
    const impatient = HTTP.within({ total: 400 })
    await expect(sendJson(get(server.url), impatient, FOREVER)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(server.requests).toHaveLength(4)
  })

  test('ends at once when the job is cancelled', async () => {
    const cancel = new AbortController()
    const reason = new Error('Cancelled')
    const server = await httpServer(() => cancel.abort(reason))
    await expect(sendJson(get(server.url), HTTP, cancel.signal)).rejects.toBe(reason)
    expect(server.requests).toHaveLength(1)
  })

  test('takes an answer as long as the longest manifest', async () => {
    const body = 'x'.repeat(4 * 1024 * 1024 - 2)
    const server = await httpServer((_, response) => json(response, 200, body))
    expect(await sendJson(get(server.url), HTTP, FOREVER)).toMatchObject({ status: 200, body })
  })

  test('knows what is not JSON', async () => {
    const page = await httpServer((_, response) => response.end('<html>'))
    expect(await sendJson(get(page.url), HTTP, FOREVER)).toMatchObject({ status: 200, body: undefined })
  })
})
