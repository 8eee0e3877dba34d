import { describe, expect, it } from 'vitest'
import { parseHost, type TlsFiles, urlOf } from '../../src/docker-daemon/endpoint.ts'

const TLS: TlsFiles = { ca: '/c/ca.pem', cert: '/c/cert.pem', key: '/c/key.pem', verify: true }

const url = (host: string, tls?: TlsFiles) => {
  const address = parseHost(host, tls, ['--host', host])
  if (typeof address === 'string') return address
  return address.kind === 'dial' ? `dial ${address.flags.join(' ')}` : urlOf(address)
}

describe('parseHost', () => {
  // The right column is what docker 28.2 and 20.10 print in "Cannot connect to the Docker daemon at …".
  it.each([
    ['tcp://127.0.0.9', 'tcp://127.0.0.9:2375'],
    ['127.0.0.9', 'tcp://127.0.0.9:2375'],
    ['127.0.0.9:5000', 'tcp://127.0.0.9:5000'],
    ['tcp://', 'tcp://localhost:2375'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['unix:///run/docker/docker.sock', 'unix:///run/docker/docker.sock'],
    ['unix://rel.sock', 'unix://rel.sock'],
    ['/var/run/docker.sock', 'tcp://localhost:2375/var/run/docker.sock'],
    [' tcp://127.0.0.9:77', 'tcp://127.0.0.9:77'],
    ['tcp://127.0.0.9/x/y', 'tcp://127.0.0.9:2375/x/y'],
    ['tcp://[::1]:2375', 'tcp://[::1]:2375'],
    ['ssh://me@host', 'dial --host ssh://me@host'],
    ['npipe:////./pipe/docker_engine', 'dial --host npipe:////./pipe/docker_engine'],
  ])('takes %s as %s', (host, expected) => expect(url(host)).toBe(expected))

  it.each([
    ['http://127.0.0.9:1', /must begin with tcp:/],
    ['fd://', /for dockerd only/],
    ['foo://x', /begins with foo:/],
    ['TCP://127.0.0.9', /begins with TCP:/],
    ['unix://a://b', /twice/],
    ['tcp://[::1]', /brackets and a port/],
    ['tcp://h:http', /HOST:PORT/],
    ['tcp://h:99999', /at most 65535/],
  ])('refuses %s', (host, problem) => expect(url(host)).toMatch(problem))

  it('has no other default port with TLS, as the CLI', () => {
    expect(url('tcp://127.0.0.9', TLS)).toBe('tcp://127.0.0.9:2375')
    expect(parseHost('tcp://h:2376', TLS, [])).toMatchObject({ kind: 'tcp', host: 'h', port: 2376, tls: TLS })
  })
})
