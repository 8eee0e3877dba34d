import { portAt, socketAt } from '@container-actions/core/testing'
import { describe, expect, it } from 'vitest'
import { type Surroundings, warningsAbout } from '../src/warnings.ts'
import { DAEMON } from './daemon-fixture.ts'

const AROUND: Surroundings = {
  endpoint: socketAt('/var/run/docker.sock', 'default'),
  daemon: DAEMON,
  env: {},
  cliApiVersion: undefined,
  link: undefined,
  bridgeMtu: undefined,
  exported: false,
  inJob: true,
  isDefaultSocket: true,
}

const about = (changes: Partial<Surroundings>) => warningsAbout({ ...AROUND, ...changes })

describe('warningsAbout', () => {
  it('has nothing to say about a usual daemon', () => expect(about({})).toEqual([]))

  it('vfs', () =>
    expect(about({ daemon: { ...DAEMON, storageDriver: 'vfs' } })).toEqual([expect.stringMatching(/vfs/)]))

  it.each([
    ['1.43', '1.44', 1],
    ['1.44', '1.44', 0],
    ['1.52', '1.44', 0],
    [undefined, '1.44', 0],
    ['1.43', '', 0],
  ])('a CLI of API %s with a daemon from %s on', (cliApiVersion, minApiVersion, count) => {
    const lines = about({ cliApiVersion, daemon: { ...DAEMON, minApiVersion } })
    expect(lines).toHaveLength(count)
    if (count > 0) expect(lines[0]).toMatch(/no API below 1\.44.*speaks 1\.43.*Upgrade the CLI/)
  })

  it.each([
    [1450, 1500, 1],
    [1500, 1500, 0],
    [9000, 1500, 0],
    [1450, undefined, 0],
  ])('an MTU of %s outside and %s inside', (mtu, bridgeMtu, count) => {
    const lines = about({ link: { name: 'eth0', mtu }, bridgeMtu })
    expect(lines).toHaveLength(count)
    if (count > 0) expect(lines[0]).toMatch(/1500 bytes, and eth0 of this runner carries 1450.*--mtu=1450/)
  })

  it('a socket that container actions do not get', () => {
    const endpoint = socketAt('/run/docker/docker.sock')
    expect(about({ endpoint, isDefaultSocket: false })).toEqual([
      expect.stringMatching(/^Container actions and job containers get \/var\/run\/docker\.sock/),
    ])
    // It cannot listen there.
    expect(about({ endpoint, isDefaultSocket: false, daemon: { ...DAEMON, rootless: true } })).toEqual([
      expect.stringMatching(/It is rootless: .* 'ln -s \/run\/docker\/docker\.sock \/var\/run\/docker\.sock'\.$/),
    ])
    expect(about({ endpoint, isDefaultSocket: true })).toEqual([])
    expect(about({ endpoint, isDefaultSocket: false, inJob: false })).toEqual([])
    expect(about({ endpoint: portAt(2375), isDefaultSocket: false })).toEqual([])
  })

  it('a socket that was found and that the CLI does not look at', () => {
    const found = { endpoint: socketAt('/run/podman/podman.sock', 'search'), inJob: false, isDefaultSocket: false }
    expect(about(found)).toEqual([expect.stringMatching(/export_docker_host/)])
    expect(about({ ...found, exported: true })).toEqual([])
  })

  it('calls that a proxy keeps back', () => {
    expect(about({ daemon: { ...DAEMON, refused: ['GET /info: 403'] } })).toEqual([
      expect.stringMatching(/does not answer GET \/info: 403/),
    ])
  })
})
