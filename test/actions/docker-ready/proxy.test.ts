import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../packages/runner-harness/src/index.ts'
import { runProgram } from '../../support/client-programs.ts'
import { startProxy } from '../../support/proxy.ts'

/** A stand-in for a daemon: what matters here is the way to it. */
const daemon = createServer((request, response) => {
  response.writeHead(200, { 'api-version': '1.41', ostype: 'linux', 'content-type': 'application/json' })
  response.end(
    request.url?.endsWith('_ping') ? 'OK' : '{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}',
  )
})
let port: number
beforeAll(async () => {
  await once(daemon.listen(0, '127.0.0.1'), 'listening')
  port = (daemon.address() as AddressInfo).port
})
afterAll(() => void daemon.close())

const HOST = 'tcp://docker.test:2375'

async function ready(env: Record<string, string>, host = HOST) {
  await using job = await createJob({ machine: { ...env, DOCKER_HOST: host } })
  return await job.run('docker-ready', { with: { timeout: '1s' } })
}

/** Whether docker itself gets an answer from the daemon. */
async function docker(env: Record<string, string>): Promise<boolean> {
  const { stdout } = await runProgram('docker', ['version', '--format', '{{.Server.Version}}'], {
    env: { ...env, DOCKER_HOST: HOST },
  })
  return stdout.includes('20.10.24')
}

describe('a daemon on a TCP port, where the environment names a proxy,', () => {
  it('is reached through it, as docker reaches it', async () => {
    await using proxy = await startProxy({ hosts: { 'docker.test': port }, credentials: 'me:proxy-pass' })
    const env = { HTTP_PROXY: proxy.url }
    const step = await ready(env)
    expect([step.conclusion, step.outputs['ready'], step.outputs['server_version']], step.log).toEqual([
      'success',
      'true',
      '20.10.24',
    ])
    expect(step.log).toContain(`Endpoint: ${HOST} through the proxy ${new URL(proxy.url).host} (DOCKER_HOST)`)
    expect(step.log).not.toContain('proxy-pass')
    expect(await docker(env)).toBe(true)
    expect(new Set(proxy.requests.map((request) => request.split('/')[2]))).toEqual(new Set(['docker.test:2375']))
  })

  it.each([
    ['refuses', { credentials: 'me:proxy-pass' }, /which answers 407/],
    ['does not know the host', {}, /which answers 502/],
  ])('is not ready behind one that %s, nor for docker', async (_, options, answer) => {
    await using proxy = await startProxy(options)
    const env = { HTTP_PROXY: `http://${new URL(proxy.url).host}` }
    const step = await ready(env)
    expect([step.conclusion, step.outputs['cause']], step.log).toEqual(['failure', 'proxy_refused'])
    const line = step.annotations.at(-1)?.message ?? ''
    expect(line).toMatch(answer)
    expect(line).toContain('add the host to NO_PROXY on this runner')
    expect(await docker(env)).toBe(false)
  })

  it('with TLS is reached by a tunnel, whose refusal is told', async () => {
    await using proxy = await startProxy()
    const env = { HTTPS_PROXY: proxy.url, DOCKER_TLS: '1', DOCKER_CERT_PATH: '/nowhere' }
    const step = await ready(env, 'tcp://docker.test:2376')
    expect(step.outputs['cause'], step.log).toBe('proxy_refused')
    expect(step.annotations.at(-1)?.message).toContain("which answers 'HTTP/1.1 502 Bad Gateway'")
    expect(proxy.requests).toContain('CONNECT docker.test:2376')
  })

  it('is reached without it where NO_PROXY says so, and on loopback', async () => {
    await using proxy = await startProxy()
    const step = await ready({ HTTP_PROXY: proxy.url }, `tcp://127.0.0.1:${port}`)
    expect([step.conclusion, proxy.requests], step.log).toEqual(['success', []])
    const named = await ready({ HTTP_PROXY: proxy.url, NO_PROXY: 'docker.test' })
    expect([named.outputs['cause'], proxy.requests], named.log).toEqual(['host_not_found', []])
  })
})
