import { describe, expect, it } from 'vitest'
import { Progress } from '../../src/docker-daemon/progress.ts'
import { portAt } from '../../src/testing.ts'

const ENDPOINT = portAt(2376)

function progress() {
  const clock = { now: 0 }
  return { clock, progress: new Progress(ENDPOINT, () => clock.now) }
}

describe('Progress', () => {
  it('knows a silent connection from one that was not accepted', () => {
    const { clock, progress: seen } = progress()
    expect(seen.diagnosis).toMatchObject({ cause: 'host_unreachable', seen: 'has not accepted the connection yet' })
    seen.connected(ENDPOINT)
    expect(seen.diagnosis.cause).toBe('not_answering')
    seen.failed(ENDPOINT, { cause: 'tls_unknown_ca', seen: '' })
    seen.connected(ENDPOINT)
    clock.now = 400
    expect(seen.diagnosis.cause, 'what the last attempt ended with').toBe('tls_unknown_ca')
    clock.now = 500
    expect(seen.diagnosis.cause, 'the silence of this one').toBe('not_answering')
  })

  it('gives up at once, after a second, or never', () => {
    const { clock, progress: seen } = progress()
    expect(seen.hopeless).toBe(false)
    seen.failed(ENDPOINT, { cause: 'socket_is_folder', seen: '' })
    expect(seen.hopeless).toBe(true)
    seen.failed(ENDPOINT, { cause: 'permission_denied', seen: '' })
    clock.now = 999
    expect(seen.hopeless).toBe(false)
    seen.failed(ENDPOINT, { cause: 'permission_denied', seen: '' })
    clock.now = 1_000
    expect(seen.hopeless).toBe(true)
    seen.failed(ENDPOINT, { cause: 'connection_refused', seen: '' })
    clock.now = 1e9
    expect(seen.hopeless).toBe(false)
  })

  it('begins the second anew when something else was seen between', () => {
    const { clock, progress: seen } = progress()
    seen.failed(ENDPOINT, { cause: 'permission_denied', seen: '' })
    clock.now = 900
    seen.failed(ENDPOINT, { cause: 'socket_missing', seen: '' })
    seen.failed(ENDPOINT, { cause: 'permission_denied', seen: '' })
    clock.now = 1_800
    expect(seen.hopeless).toBe(false)
  })

  it('takes a connection that is closed in the middle of a refused certificate for the same', () => {
    const { clock, progress: seen } = progress()
    seen.failed(ENDPOINT, { cause: 'tls_client_certificate_rejected', seen: '' })
    seen.failed(ENDPOINT, { cause: 'connection_closed', seen: '' })
    clock.now = 1_000
    expect(seen.hopeless).toBe(true)
    expect(seen.diagnosis.cause).toBe('tls_client_certificate_rejected')
  })
})
