import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { textOf, type Web, WebError, webOf } from '../src/web.ts'

const signal = new AbortController().signal

/** A server with its URL. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const ask = (web: Web, url: string, more = {}) => web.request({ url, signal, timeout: 5_000, ...more })

describe('request', () => {
  it('sends method, headers and body', async () => {
    const url = await serve(async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      response.writeHead(201, { etag: 'W/"1"' }).end(`${request.method} ${request.headers['x-one']} ${body}`)
    })
    const answer = await ask(webOf({}), url, { method: 'POST', headers: { 'x-one': '1' }, body: '{}' })
    expect(answer).toMatchObject({ status: 201, headers: { etag: 'W/"1"' } })
    expect(await textOf(answer, 100)).toBe('POST 1 {}')
  })

  it('follows as many redirects as it is told, and keeps credentials from other origins', async () => {
    const seen: IncomingMessage['headers'][] = []
    const far = await serve((request, response) => {
      seen.push(request.headers)
      response.end('there')
    })
    const near = await serve((request, response) => {
      seen.push(request.headers)
      response.writeHead(302, { location: request.url === '/' ? '/again' : far }).end()
    })
    const headers = { authorization: 'token x', accept: 'text/plain' }
    const answer = await ask(webOf({}), `${near}/`, { headers, redirects: 2 })
    expect(await textOf(answer, 100)).toBe('there')
    expect(seen.map(({ authorization, accept }) => [authorization, accept])).toEqual([
      ['token x', 'text/plain'],
      ['token x', 'text/plain'],
      [undefined, 'text/plain'],
    ])
    expect(await ask(webOf({}), `${near}/`, { headers })).toMatchObject({ status: 302 })
    expect(await ask(webOf({}), `${near}/`, { redirects: 1 })).toMatchObject({
      status: 302,
      headers: { location: far },
    })
  })

  it('goes through the proxy', async () => {
    const proxy = await serve((request, response) => response.end(`proxied ${request.url}`))
    const web = webOf({ HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' })
    expect(await textOf(await ask(web, 'http://github.example/x'), 100)).toBe('proxied http://github.example/x')
    const direct = await serve((_, response) => response.end('direct'))
    expect(await textOf(await ask(web, direct), 100)).toBe('direct')
  })

  it('says which host does not answer', async () => {
    const silent = await serve(() => undefined)
    await expect(ask(webOf({}), silent, { timeout: 50 })).rejects.toThrow(
      /^127\.0\.0\.1:\d+ cannot be reached: no answer within 0\.05 s\.$/,
    )
    await expect(ask(webOf({}), 'http://127.0.0.1:1/')).rejects.toThrow(
      /^127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    )
  })

  it('ends with the job', async () => {
    const silent = await serve(() => undefined)
    const cancel = new AbortController()
    const asked = ask(webOf({}), silent, { signal: cancel.signal })
    cancel.abort(new Error('cancelled'))
    await expect(asked).rejects.toThrow('cancelled')
  })
})

describe('textOf', () => {
  it.each<[string, RequestListener]>([
    ['that is too long', (_, response) => response.end('x'.repeat(101))],
    [
      'that breaks off',
      (_, response) => response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy()),
    ],
    ['that stops', (_, response) => void response.writeHead(200).write('x')],
  ])('refuses an answer %s', async (_, listener) => {
    const answer = await ask(webOf({}), await serve(listener), { timeout: 200 })
    await expect(textOf(answer, 100)).rejects.toThrow(WebError)
  })
})
