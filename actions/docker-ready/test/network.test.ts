import { describe, expect, it } from 'vitest'
import { defaultInterface } from '../src/network.ts'

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'

describe('defaultInterface', () => {
  it('is the one of the route to everywhere', () => {
    const routes = [
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    ]
    expect(defaultInterface(HEAD + routes.join('\n'))).toBe('eth0')
    expect(defaultInterface(HEAD + routes[0])).toBeUndefined()
    expect(defaultInterface('')).toBeUndefined()
  })
})
