import type { Daemon } from '../src/daemon.ts'
import type { Endpoint } from '../src/endpoint.ts'

/** Debian 12's engine, as it tells about itself. */
export const DAEMON: Daemon = {
  engine: 'docker',
  serverVersion: '20.10.24+dfsg1',
  apiVersion: '1.41',
  minApiVersion: '1.12',
  os: 'linux',
  arch: 'amd64',
  storageDriver: 'overlay2',
  cgroupVersion: '2',
  rootless: false,
  buildkit: true,
  mirrors: [{ url: 'https://mirror.example.com/', insecure: false }],
  refused: [],
}

export const socketAt = (path: string, source: Endpoint['source'] = 'DOCKER_HOST'): Endpoint => ({
  address: { kind: 'unix', path },
  url: `unix://${path}`,
  source,
  context: 'default',
})

export const portAt = (port: number, host = '127.0.0.1'): Endpoint => ({
  address: { kind: 'tcp', host, port, basePath: '' },
  url: `tcp://${host}:${port}`,
  source: 'DOCKER_HOST',
  context: 'default',
})
