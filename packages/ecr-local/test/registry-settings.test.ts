import { expect, test } from 'vitest'
import { freshSettings, scanFrequencyOf, templateFor } from '../src/model/registry-settings.ts'

const template = (prefix: string, appliedFor = ['CREATE_ON_PUSH']) => ({ prefix, appliedFor }) as never

const templates = Object.fromEntries(
  ['ROOT', 'team', 'team/app', 'teams'].map((prefix) => [prefix, template(prefix)] as const),
)

test.for([
  ['team/app/web', 'team/app'],
  ['team/app', 'team'],
  ['team', 'ROOT'],
  ['teamwork', 'ROOT'],
  ['teams/x', 'teams'],
])('the template for %s is %s', ([name, prefix]) => {
  expect(templateFor(String(name), { ...freshSettings(), templates }, 'CREATE_ON_PUSH')?.prefix).toBe(prefix)
})

test('a template is for its uses only', () => {
  expect(templateFor('team/app', { ...freshSettings(), templates }, 'REPLICATION')).toBeUndefined()
})

test('continuous scanning wins over scan on push, and a rule over the repository', () => {
  const rule = (scanFrequency: string, filter: string) => ({
    scanFrequency,
    repositoryFilters: [{ filter, filterType: 'WILDCARD' }],
  })
  const rules = [rule('SCAN_ON_PUSH', '*'), rule('CONTINUOUS_SCAN', 'prod*')]
  const settings = { ...freshSettings(), scanning: { scanType: 'ENHANCED', rules } }
  expect(scanFrequencyOf('prod/app', false, settings).scanFrequency).toBe('CONTINUOUS_SCAN')
  expect(scanFrequencyOf('dev/app', false, settings).scanFrequency).toBe('SCAN_ON_PUSH')
  expect(scanFrequencyOf('app', true, freshSettings()).scanFrequency).toBe('SCAN_ON_PUSH')
  expect(scanFrequencyOf('app', false, freshSettings()).scanFrequency).toBe('MANUAL')
  const enhanced = { ...freshSettings(), scanning: { scanType: 'ENHANCED', rules: [] } }
  expect(scanFrequencyOf('app', true, enhanced).scanFrequency).toBe('MANUAL')
})
