import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Web, webOf } from '../../src/http/web.ts'

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
    expect(answer.text).toBe('POST 1 {}')
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
    expect(answer.text).toBe('there')
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
    const web = webOf({ HTTP_PROXY: proxy, NO_PROXY: 'example.org' })
    expect(await ask(web, 'http://github.example/x')).toMatchObject({ text: 'proxied http://github.example/x' })
    const direct = await serve((_, response) => response.end('direct'))
    expect(await ask(web, direct)).toMatchObject({ text: 'direct' })
  })

  it('says which host does not answer', async () => {
    const silent = await serve(() => undefined)
    await expect(ask(webOf({}), silent, { timeout: 50 })).rejects.toThrow(
      /^127\.0\.0\.1:\d+ cannot be reached: no complete answer within 0\.05 s\.$/,
    )
    await expect(ask(webOf({}), 'http://127.0.0.1:1/')).rejects.toThrow(
      /^127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    )
  })

  it.each([
    ['GET', 3],
    ['HEAD', 3],
    ['POST', 1],
    ['DELETE', 1],
  ])('retries %s where that is safe: %d requests', async (method, expected) => {
    let requests = 0
    const url = await serve((_, response) => {
      requests++
      response.writeHead(requests < 3 ? 502 : 200).end()
    })
    expect(await ask(webOf({}), url, { method })).toMatchObject({ status: expected === 3 ? 200 : 502 })
    expect(requests).toBe(expected)
  })

  it('refuses a redirect that leads nowhere', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    await expect(ask(webOf({}), url, { redirects: 1 })).rejects.toThrow(
      /cannot be reached: it redirects to "file:\/\/\/etc\/passwd", which is not an HTTP URL\.$/,
    )
  })

  it('says that a proxy variable is unusable when it is needed', async () => {
    const web = webOf({ HTTPS_PROXY: 'socks5://proxy.example' })
    await expect(ask(web, 'https://github.example/')).rejects.toThrow(
      /^github\.example cannot be reached: HTTPS_PROXY must be the URL of an HTTP proxy/,
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

describe('download', () => {
  it('hands the body on as it comes, behind redirects', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/file' }).end('elsewhere')
      else response.end('bytes')
    })
    const { status, body } = await webOf({}).download({ url, signal, timeout: 5_000, redirects: 1 })
    expect([status, await text(body)]).toEqual([200, 'bytes'])
  })
})
