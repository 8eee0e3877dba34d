import type { Daemon } from '../src/daemon.ts'

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
  proxies: {},
  refused: [],
}
