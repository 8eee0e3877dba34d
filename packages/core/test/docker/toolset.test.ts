import { describe, expect, test } from 'vitest'
import { type Builder, builderIn, builderOf, imageStoreIn } from '../../src/docker/toolset.ts'

test.each<[string, string | undefined, Builder]>([
  ['20.10.24+dfsg1', undefined, 'buildkit'],
  ['20.10.24+dfsg1', '0.29.1', 'buildx'],
  ['22.06.0-beta.0', undefined, 'buildkit'],
  ['23.0.0', undefined, 'classic'],
  ['28.5.2+dfsg4', '', 'buildx'],
  ['28.5.2+dfsg4', undefined, 'classic'],
  ['', undefined, 'classic'],
])('client %j with buildx %j builds with %s', (client, buildx, builder) => {
  expect(builderOf({ client, buildx })).toBe(builder)
})

test.each([
  [[['driver-type', 'io.containerd.snapshotter.v1']], 'containerd'],
  [[['Backing Filesystem', 'extfs']], 'classic'],
  [null, 'classic'],
])('the status %j is of the %s store', (status, store) => {
  expect(imageStoreIn(status)).toBe(store)
})

describe('builderIn', () => {
  test('reads one node', () => {
    expect(
      builderIn(`Name:          far
Driver:        remote
Last Activity: 2026-11-21 04:16:47 +0000 UTC

Nodes:
Name:             far0
Endpoint:         unix:///run/buildkit.sock
Status:           running
BuildKit version: v0.25.2
Platforms:        linux/amd64, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:         oci
GC Policy rule#0:
 All:            false
`),
    ).toEqual({
      name: 'far',
      driver: 'remote',
      buildkit: '0.25.2',
      platforms: ['linux/amd64', 'linux/386'],
      running: true,
      problem: undefined,
    })
  })

  test('reads several nodes of an older buildx, of which the oldest BuildKit counts', () => {
    expect(
      builderIn(`Name:   farm
Driver: kubernetes

Nodes:
Name:      farm0
Status:    running
Flags:     --debug
Buildkit:  v0.12.5
Platforms: linux/amd64*, linux/386

Name:      farm1
Status:    running
Buildkit:  0.9.1
Platforms: linux/arm64*, linux/386
`),
    ).toMatchObject({ buildkit: '0.9.1', platforms: ['linux/amd64', 'linux/386', 'linux/arm64'], running: true })
  })

  test('reads one that does not run, and one with a problem', () => {
    expect(builderIn('Name: x\nDriver: docker-container\n\nNodes:\nName: x0\nStatus: inactive\n')).toMatchObject({
      buildkit: undefined,
      platforms: [],
      running: false,
      problem: undefined,
    })
    expect(builderIn('Name: x\nDriver: docker\nError: Cannot connect\n').problem).toBe('Cannot connect')
  })
})
