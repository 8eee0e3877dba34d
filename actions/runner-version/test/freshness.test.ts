import { describe, expect, it } from 'vitest'
import { type Freshness, freshness } from '../src/freshness.ts'
import { failsOn } from '../src/inputs.ts'
import type { Release } from '../src/release.ts'
import { parseVersion, type Version } from '../src/version.ts'

const version = (text: string) => parseVersion(text) as Version
const releases: Release[] = [
  ['2.333.0', '2026-03-18'],
  ['2.332.0', '2026-02-25'],
  ['2.331.0', '2026-01-09'],
  ['2.330.0', '2025-11-19'],
].map(([text = '', day]) => ({ version: version(text), publishedAt: new Date(`${day}T00:00:00Z`), assets: [] }))
const LIMITS = { maxAgeDays: 30, warnDays: 7, minVersion: version('2.329.0') }

const at = (day: string, installed: string | undefined, latest = '2.333.0', known = releases): Freshness =>
  freshness(
    {
      installed: installed === undefined ? undefined : version(installed),
      latest: latest === '' ? undefined : version(latest),
      releases: known,
    },
    LIMITS,
    new Date(`${day}T12:00:00Z`),
  )

describe('freshness', () => {
  it.each([
    ['2026-03-20', '2.333.0', 'fresh', 0, undefined],
    ['2026-03-20', '2.334.0', 'fresh', 0, undefined],
    ['2026-03-20', '2.332.0', 'stale', 1, 27],
    // Two releases are newer; the first of them counts.
    ['2026-03-10', '2.331.0', 'stale', 2, 16],
    ['2026-03-20', '2.331.0', 'expiring', 2, 6],
    ['2026-03-26', '2.331.0', 'expiring', 2, 0],
    ['2026-03-27', '2.331.0', 'expired', 2, -1],
    ['2026-03-20', '2.330.0', 'expired', 3, -41],
    ['2026-03-20', '2.328.9', 'below_minimum', 4, -92],
  ])('on %s, %s is %s', (day, installed, status, behind, daysLeft) => {
    expect(at(day, installed)).toMatchObject({ status, behind, daysLeft })
  })

  it('counts the deadline from the first newer release', () => {
    expect(at('2026-03-20', '2.331.0').deadline).toEqual(new Date('2026-03-27T00:00:00Z'))
  })

  it('counts up to the version that is offered, not to the newest', () => {
    expect(at('2026-03-20', '2.331.0', '2.332.0')).toMatchObject({ status: 'expiring', behind: 1 })
    expect(at('2026-03-20', '2.332.0', '2.332.0')).toMatchObject({ status: 'fresh', behind: 0 })
  })

  it('knows less where less is known', () => {
    expect(at('2026-03-20', '2.331.0', '2.333.0', [])).toEqual({
      status: 'stale',
      behind: undefined,
      deadline: undefined,
      daysLeft: undefined,
    })
    expect(at('2026-03-20', '2.331.0', '', []).status).toBe('unknown')
    expect(at('2026-03-20', undefined).status).toBe('unknown')
    expect(at('2026-03-20', '2.300.0', '', []).status).toBe('below_minimum')
  })
})

describe('failsOn', () => {
  it('fails on a status and all that is worse', () => {
    const all = ['unknown', 'fresh', 'stale', 'expiring', 'expired', 'below_minimum'] as const
    expect(all.filter((status) => failsOn(status, 'expiring'))).toEqual(['expiring', 'expired', 'below_minimum'])
    expect(all.filter((status) => failsOn(status, 'stale'))).toEqual(['stale', 'expiring', 'expired', 'below_minimum'])
    expect(all.filter((status) => failsOn(status, 'below_minimum'))).toEqual(['below_minimum'])
    expect(all.filter((status) => failsOn(status, 'never'))).toEqual([])
  })
})
