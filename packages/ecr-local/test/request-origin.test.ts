import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EcrLocal, startEcrLocal } from '../src/index.ts'

let server: EcrLocal
beforeAll(async () => {
  server = await startEcrLocal({ allowedHosts: ['Registry.test'] })
})
afterAll(() => server.close())

/** Status and body of an admin request with these headers, which `fetch` would not send. */
const answer = (headers: Record<string, string>, path = '/_ecr-local/faults') =>
  new Promise<[number | undefined, string]>((resolve, reject) => {
    const outgoing = request(`${server.endpoint}${path}`, { headers }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      incoming.on('end', () => resolve([incoming.statusCode, text]))
    })
    outgoing.on('error', reject).end()
  })

test.each([
  '127.0.0.1:5000',
  'localhost',
  'LOCALHOST:1',
  'ecr.localhost:5000',
  '[::1]:5000',
  '172.17.0.1:5000',
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  '123456789012.dkr-ecr.us-east-1.on.aws',
  'api.ecr.cn-north-1.amazonaws.com.cn',
  'sts.eu-central-1.amazonaws.com:443',
  'registry.test:5000',
])('is served as %s', async (host) => {
  expect((await answer({ host }))[0]).toBe(200)
})

test.each([
  'evil.example',
  'evil.example:5000',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example',
  '123456789012.dkr.ecr.eu-central-1.evil.example',
  'notsts.amazonaws.com',
  'xregistry.test',
])('is not served as %j', async (host) => {
  const [status, text] = await answer({ host })
  expect(status).toBe(403)
  expect(text).toContain(`The host ${JSON.stringify(host)} is not one of this server's.`)
})

test.each<[string, Record<string, string>, number]>([
  ['its own page', { origin: '', 'sec-fetch-site': 'same-origin' }, 200],
  ['an address that was typed', { 'sec-fetch-site': 'none' }, 200],
  ['another page', { origin: 'https://evil.example' }, 403],
  ['a page of no origin', { origin: 'null' }, 403],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['a link on another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a page of another name of this machine', { 'sec-fetch-site': 'same-site' }, 403],
])('%s is answered with its status', async (_, headers, status) => {
  const own = headers['origin'] === '' ? { ...headers, origin: server.endpoint } : headers
  for (const path of ['/_ecr-local/faults', '/v2/']) {
    expect((await answer(own, path))[0] === 403).toBe(status === 403)
  }
})
